import Canonical
import DeviceSharing
import Testing

@testable import SharingEngine
@testable import SharingLog

@Suite("Looking through the log")
struct LogSearchTests {
    @Test("finds by type, stream, actor and time, the newest first, page by page")
    func filters() async throws {
        try await Harness.run { harness in
            for number in 1...5 { try await harness.user("user-\(number)", entity: "e\(number)") }
            let middle = try await harness.engine.log.head()
            try await harness.device("card", of: "user-1")
            let engine = harness.engine

            var search = LogSearch()
            search.limit = 4
            var page = try await engine.log(search)
            let head = try await engine.log.head()
            #expect(page.events.map(\.position) == (0..<4).map { head.advanced(by: -$0) })
            var seen = page.events.count
            while let next = page.next {
                search.before = next
                page = try await engine.log(search)
                seen += page.events.count
            }
            #expect(Int64(seen) == head.rawValue, "every position once")

            search = LogSearch()
            search.types = [.userRegistered]
            #expect(try await engine.log(search).events.count == 5)
            search.actor = "nobody"
            #expect(try await engine.log(search).events.isEmpty)

            search = LogSearch()
            search.stream = .user(UserID(trusted: "user-1"))
            #expect(try await engine.log(search).events.map(\.type) == ["device-assigned", "user-registered"])

            let moment = try #require(try await engine.event(at: middle.advanced(by: 1))).recordedAt
            search = LogSearch()
            search.from = moment
            #expect(try await engine.log(search).events.last?.position == middle.advanced(by: 1))
            search = LogSearch()
            search.until = moment
            #expect(try await engine.log(search).events.first?.position == middle)
        }
    }

    @Test("knows positions, times and dates, and nothing else", arguments: ["", "-1", "yesterday", "2026-13-40", "1.5"])
    func points(text: String) {
        #expect(HistoryPoint(text) == nil)
        #expect(HistoryPoint("17") == .position(Position(rawValue: 17)))
        #expect(HistoryPoint("2026-01-02") == Timestamp("2026-01-02T00:00:00Z").map(HistoryPoint.moment))
    }
}

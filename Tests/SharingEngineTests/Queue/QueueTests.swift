import Canonical
import DeviceSharing
import EligibilityPolicy
import PostgreSQL
import TestSupport
import Testing

@testable import SharingEngine
@testable import SharingLog

@Suite("The officers' queue", .fewAtOnce)
struct QueueTests {
    private static let officer = CommandContext(actor: Harness.officer)

    /// Requests of six requesters, a minute apart, of two owners.
    private static func fill(_ harness: Harness, _ clock: ManualClock) async throws -> [ShareRequestID] {
        var requests: [ShareRequestID] = []
        for (number, requester) in ["dora", "abel", "carl", "bess", "emil", "fred"].enumerated() {
            clock.advance(by: .seconds(60))
            requests.append(try await harness.pendingRequest(requester, "owner-\(number % 2)", "card-\(number)"))
        }
        return requests
    }

    private static func run(_ body: @Sendable @escaping (Harness, ManualClock, [ShareRequestID]) async throws -> Void)
        async throws
    {
        let clock = ManualClock()
        var limits = EngineLimits()
        limits.deadlineInterval = .seconds(86_400)
        try await Harness.run(clock: { clock.now }, limits: limits) { harness in
            let requests = try await fill(harness, clock)
            try await body(harness, clock, requests)
        }
    }

    @Test("is walked page by page in every order, each request once", arguments: QueueFilter.Order.allCases)
    func paging(order: QueueFilter.Order) async throws {
        try await Self.run { harness, _, requests in
            var found: [ShareRequestRow] = []
            var filter = QueueFilter(order: order, limit: 4)
            repeat {
                let page = try await harness.engine.queuePage(filter)
                #expect(page.matching == CappedCount(upToLimitAndOne: 6))
                found += page.requests
                filter.after = try page.next.map { try #require(QueueCursor($0.description)) }
            } while filter.after != nil
            let expected = order == .requester ? [1, 3, 2, 0, 4, 5] : [0, 1, 2, 3, 4, 5]
            #expect(found.map(\.request) == expected.map { requests[$0] })
            // A page that ends exactly at the end has no next one, and behind the end there is nothing but the count.
            filter.limit = 6
            #expect(try await harness.engine.queuePage(filter).next == nil)
            filter.after = found.last.flatMap { QueueCursor(behind: $0, in: order) }
            let behind = try await harness.engine.queuePage(filter)
            #expect(behind.requests.isEmpty && behind.next == nil && behind.matching.value == 6)
        }
    }

    @Test("shows what a filter lets through")
    func filters() async throws {
        try await Self.run { harness, clock, requests in
            let engine = harness.engine
            func found(_ filter: QueueFilter) async throws -> [Int] {
                let page = try await engine.queuePage(filter)
                #expect(page.matching.value == page.requests.count && !page.matching.isCapped)
                return page.requests.compactMap { requests.firstIndex(of: $0.request) }
            }
            #expect(try await found(QueueFilter(search: "ab")) == [1])
            #expect(try await found(QueueFilter(search: "owner-1")) == [1, 3, 5])
            #expect(try await found(QueueFilter(search: "card-2")) == [2])
            #expect(try await found(QueueFilter(search: requests[4].description)) == [4])
            #expect(try await found(QueueFilter(search: "%")) == [])
            #expect(try await found(QueueFilter(reason: .builtIn(.deviceRecentlyActivated))) == [0, 1, 2, 3, 4, 5])
            #expect(try await found(QueueFilter(reason: .builtIn(.identityMismatch))) == [])

            _ = try await engine.perform(.claim(requests[0]), as: Self.officer)
            _ = try await engine.perform(
                .claim(requests[1]), as: CommandContext(actor: Actor(id: "officer-2", role: .compliance)))
            #expect(try await found(QueueFilter(claim: .officer("officer-1"))) == [0])
            #expect(try await found(QueueFilter(claim: .anybody)) == [0, 1])
            #expect(try await found(QueueFilter(claim: .nobody)) == [2, 3, 4, 5])
            #expect(try await found(QueueFilter(search: "owner-0", claim: .nobody)) == [2, 4])
            let counts = try await engine.queueCounts(for: "officer-1")
            #expect([counts.pending, counts.unclaimed, counts.mine, counts.escalated].map(\.value) == [6, 4, 1, 0])
            // A claim that has lapsed is nobody's.
            clock.advance(by: CaseworkDecider.claimLease)
            #expect(try await found(QueueFilter(claim: .anybody)) == [])
            #expect(try await found(QueueFilter(claim: .nobody)).count == 6)

            // The first was submitted five minutes before the last.
            clock.advance(by: .seconds(48 * 3_600 - 17 * 60))
            _ = try await engine.escalatePending(limit: 100)
            #expect(try await found(QueueFilter(isEscalated: true)) == [0, 1, 2, 3])
            #expect(try await found(QueueFilter(isEscalated: false)) == [4, 5])
            #expect(try await engine.queueCounts(for: "officer-1").escalated.value == 4)

            // What is decided is no more in it.
            _ = try await engine.perform(.reject(requests[2], reason: "other", note: nil), as: Self.officer)
            #expect(try await found(QueueFilter()) == [0, 1, 3, 4, 5])
        }
    }

    @Test("refuses limits, texts and places that cannot be")
    func refusals() async throws {
        try await Self.run { harness, _, _ in
            let page = try await harness.engine.queuePage(QueueFilter(limit: 1))
            let filters = [
                QueueFilter(limit: 0), QueueFilter(limit: QueueFilter.maximumLimit + 1), QueueFilter(search: ""),
                QueueFilter(search: "a\u{0}"),
                QueueFilter(search: String(repeating: "x", count: QueueFilter.maximumSearchLength + 1)),
                QueueFilter(order: .age, after: page.next),
            ]
            for filter in filters {
                let error = await #expect(throws: SharingError.self) { try await harness.engine.queuePage(filter) }
                #expect(error?.code == .invalidInput)
            }
        }
        for text in [
            "", "age", "age~1~2", "mood~01a0df1e-aeb8-7a3e-81e0-55de83d4f975~1",
            "requester~01a0df1e-aeb8-7a3e-81e0-55de83d4f975~",
            "age~01a0df1e-aeb8-7a3e-81e0-55de83d4f975~9223372036854775807",
        ] {
            #expect(QueueCursor(text) == nil, "\(text)")
        }
    }

    @Test("counts no further than people read")
    func manyRequests() async throws {
        try await Harness.run { harness in
            let rows = 3_000
            // Beside what was decided, which there is more of.
            _ = try await harness.query(
                """
                INSERT INTO devshare.share_request (ledger, request, requester, owner, device, state, submitted_at, expires_at,
                                                    approvals_required, reasons)
                SELECT 1, gen_random_uuid(), 'user-' || n, 'owner', 'device',
                       CASE WHEN n <= $1 THEN 'compliance-pending' ELSE 'rejected' END, now(), now() + n * interval '1 s', 1,
                       '{device-recently-activated}'
                  FROM generate_series(1, 10 * $1) n
                """, Int64(rows))
            let page = try await harness.engine.queuePage(QueueFilter())
            #expect(page.matching.value == CappedCount.limit && page.matching.isCapped)
            #expect(page.requests.count == 50 && page.next != nil)
        }
    }
}

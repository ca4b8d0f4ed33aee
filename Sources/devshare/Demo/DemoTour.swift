import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine
import SharingLog

/// What the demo shows when its history has been lived through: a story for each state, and the figures.
struct DemoTour: Sendable {
    let stops: [Stop]
    let rows: [ShareRequestRow]
    let refused: [SharingError]
    let words: Words
    let head: Position

    /// One request, and why it is shown.
    struct Stop: Sendable {
        let title: String
        let id: ShareRequestID
        let lines: [String]
        let json: JSONValue
    }

    init(_ engine: SharingEngine, refused: [SharingError], words: Words) async throws {
        let archive = try await engine.log.policyArchive()
        rows = try await engine.requests(ShareRequestFilter(limit: 1_000))
        var stops: [Stop] = []
        for (title, row) in Self.selection(of: rows) {
            let story = try await RequestStory(row.request, in: engine, words: words, archive: archive)
            stops.append(Stop(title: title, id: row.request, lines: try story.lines(), json: try story.json()))
        }
        self.stops = stops
        self.refused = refused
        self.words = words
        head = try await engine.log.head()
    }

    /// One of each state, and of those that compliance approved.
    private static func selection(of rows: [ShareRequestRow]) -> [(String, ShareRequestRow)] {
        func first(_ state: ShareRequest.State, where holds: (ShareRequestRow) -> Bool = { _ in true }) -> ShareRequestRow? {
            rows.first { $0.state == state && holds($0) }
        }
        let selection: [(String, ShareRequestRow?)] = [
            ("Approved at once", first(.active) { $0.reasons.isEmpty }),
            ("Held, then approved by an officer", first(.active) { !$0.reasons.isEmpty }),
            ("Waiting for an officer", first(.compliancePending) { $0.claimedBy != nil } ?? first(.compliancePending)),
            (
                "Rejected by policy, for every reason at once",
                rows.filter { $0.state == .rejected && $0.rejectionReason == nil }.max { $0.codes.count < $1.codes.count }
            ),
            (
                "Withdrawn by the requester",
                first(.withdrawn) { $0.reasons == ["device-recently-activated"] } ?? first(.withdrawn)
            ),
            ("Nobody decided in time", first(.expired) { $0.reasons == ["user-recently-registered"] } ?? first(.expired)),
            ("A sharing that ended", first(.ended)),
        ]
        return selection.compactMap { title, row in row.map { (title, $0) } }
    }

    func count(_ state: ShareRequest.State) -> Int { rows.count { $0.state == state } }

    // MARK: Text

    func lines() -> [String] {
        var lines: [String] = []
        for (number, stop) in stops.enumerated() {
            lines += ["", Terminal.styled("\(number + 1). \(stop.title)", .bold)] + stop.lines
        }
        var outcomes = Table("STATE", "REQUESTS", "")
        for state in ShareRequest.State.allCases where count(state) > 0 {
            outcomes.add(words.name(state), "\(count(state))", String(repeating: "▇", count: max(1, count(state) / 3)))
        }
        var reasons = Table("WHY NOT AT ONCE", "REQUESTS", "")
        for (code, count) in reasonCounts { reasons.add(code, "\(count)", String(repeating: "▇", count: max(1, count / 2))) }
        lines += ["", Terminal.styled("All \(rows.count) requests", .bold)] + outcomes.lines(otherwise: "") + [""]
        lines += reasons.lines(otherwise: "")
        let codes = refused.map(\.code.rawValue).joined(separator: ", ")
        if !refused.isEmpty {
            lines += [""] + "Refused at the door, and so not on record: \(codes).".wrapped(to: Terminal.width)
        }
        return lines
    }

    private var reasonCounts: [(String, Int)] {
        var counts: [String: Int] = [:]
        for row in rows { for code in row.codes { counts[code.rawValue, default: 0] += 1 } }
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
    }

    var json: JSONValue {
        var states = JSONObject()
        for state in ShareRequest.State.allCases where count(state) > 0 { states[state.rawValue] = JSONValue(count(state)) }
        var reasons = JSONObject()
        for (code, count) in reasonCounts { reasons[code] = JSONValue(count) }
        return [
            "requests": JSONValue(rows.count), "states": .object(states), "reasons": .object(reasons),
            "refused": JSONValue(refused.map(\.code.rawValue)), "head": .integer(head.rawValue),
            "tour": .array(stops.map(\.json)),
        ]
    }
}

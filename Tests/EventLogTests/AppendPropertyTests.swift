import Canonical
import EventLog
import PostgreSQL
import TestSupport
import Testing

/// What a log must do, in a few lines without a database.
private struct Model {
    var heads: [String: Int32] = [:]
    var keys: Set<String> = []
    var position: Int64 = 0

    enum Expected: Equatable {
        case appended(Range<Position>)
        /// With the streams that may be named, and the versions they have.
        case conflict([String: Int32])
        case duplicate
    }

    mutating func append(_ commands: [AppendCommand]) -> [Expected] {
        let (heads, keys) = (heads, keys)
        var written: [String: Int32] = [:]
        var refusedWriters: Set<String> = []
        var seenKeys: Set<String> = []
        var outcomes: [Expected] = []
        for command in commands {
            var failed: [String: Int32] = [:]
            for condition in command.conditions {
                let (head, prior) = (heads[condition.stream] ?? 0, written[condition.stream] ?? 0)
                if head + prior != condition.version || refusedWriters.contains(condition.stream) {
                    failed[condition.stream] = head
                }
            }
            if let key = command.idempotency?.key, !seenKeys.insert(key).inserted, let stream = command.conditions.first?.stream {
                failed[stream] = heads[stream] ?? 0
            }
            let isKnown = command.idempotency.map { keys.contains($0.key) } ?? false
            let isOut = isKnown || !failed.isEmpty
            outcomes.append(
                isKnown
                    ? .duplicate
                    : isOut
                        ? .conflict(failed)
                        : .appended(Position(position + 1)..<Position(position + 1 + Int64(command.events.count))))
            for event in command.events {
                written[event.stream, default: 0] += 1
                if isOut { refusedWriters.insert(event.stream) } else { self.heads[event.stream, default: 0] += 1 }
            }
            if !isOut {
                position += Int64(command.events.count)
                if let key = command.idempotency?.key { self.keys.insert(key) }
            }
        }
        return outcomes
    }
}

@Suite("Random batches from many connections")
struct AppendPropertyTests {
    private struct Call: Sendable {
        let firstPosition: Int64
        let commands: [AppendCommand]
        let outcomes: [AppendOutcome]
        var appended: Bool { outcomes.contains { if case .appended(let positions) = $0 { !positions.isEmpty } else { false } } }
    }

    private static let streams = (0..<10).map { "thing/\($0)" }

    /// A batch as an engine would make it from what it remembers, which is often out of date.
    private func batch(_ known: [String: Int32], _ random: inout SeededGenerator) -> [AppendCommand] {
        var heads = known
        return (0..<Int.random(in: 1...6, using: &random)).map { _ in
            let chosen = Self.streams.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random))
            let wrong: Int32 = Int.random(in: 0..<12, using: &random) == 0 ? 1 : 0
            let writes = chosen.enumerated().filter { index, _ in index == 0 || Bool.random(using: &random) }.map { _, stream in
                (stream, (heads[stream] ?? 0) + wrong, Int.random(in: 1...3, using: &random))
            }
            let reads = chosen.filter { stream in !writes.contains { $0.0 == stream } }.map { ($0, heads[$0] ?? 0) }
            let key = Int.random(in: 0..<3, using: &random) == 0 ? "key-\(Int.random(in: 0..<120, using: &random))" : nil
            for (stream, _, count) in writes { heads[stream, default: 0] += Int32(count) }
            return command(
                reads: reads, writes: writes, key: key,
                metadata: #"{"text":"\#(random.text(upTo: 5).filter { $0 != "\"" && $0 != "\\" })"}"#)
        }
    }

    @Test func areAnsweredAsAModelAnswersThem() async throws {
        let log = try await LogFixture()
        var random = SeededGenerator()
        let seed = random.description
        let calls = try await withThrowingTaskGroup(of: [Call].self) { group in
            for _ in 0..<8 {
                var random = random.split()
                group.addTask {
                    let connection = try await log.database.connect()
                    var known: [String: Int32] = [:]
                    var calls: [Call] = []
                    for _ in 0..<60 {
                        let commands = batch(known, &random)
                        var batch = AppendBatch(ledger: log.ledger, recordedAt: .now)
                        for command in commands { batch.add(command) }
                        let result = try await connection.query(batch.statement)
                        let call = Call(
                            firstPosition: try result.rows[0].decode(named: "first_position"), commands: commands,
                            outcomes: try batch.outcomes(result))
                        calls.append(call)
                        for (command, outcome) in zip(commands, call.outcomes) {
                            switch outcome {
                            case .appended: for event in command.events { known[event.stream, default: 0] += 1 }
                            case .conflict(let stream, let actual): known[stream] = actual
                            case .duplicate: break
                            }
                        }
                        if Bool.random(using: &random) {
                            let rows = try await connection.query(
                                "SELECT stream, max(version) FROM devshare.event GROUP BY stream"
                            ).rows
                            for row in rows { known[try row.decode(0)] = try row.decode(1, as: Int32.self) }
                        }
                    }
                    await connection.close()
                    return calls
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        // The row lock makes a line of them: by position, and those that appended nothing before the one that did.
        var model = Model()
        var counts = (appended: 0, conflicts: 0, duplicates: 0)
        for call in calls.sorted(by: { ($0.firstPosition, $0.appended ? 1 : 0) < ($1.firstPosition, $1.appended ? 1 : 0) }) {
            #expect(call.firstPosition == model.position + 1, "\(seed)")
            for (expected, outcome) in zip(model.append(call.commands), call.outcomes) {
                switch (expected, outcome) {
                case (.appended(let expected), .appended(let positions)):
                    #expect(expected == positions, "\(seed)")
                    counts.appended += 1
                case (.conflict(let streams), .conflict(let stream, let actual)):
                    #expect(streams[stream] == actual, "\(stream) of \(streams); \(seed)")
                    counts.conflicts += 1
                case (.duplicate, .duplicate): counts.duplicates += 1
                default: Issue.record("\(outcome) where \(expected) is due; \(seed)")
                }
            }
        }
        #expect(counts.appended > 100 && counts.conflicts > 50 && counts.duplicates > 5, "\(counts)")
        #expect(try await checkInvariants(log, context: seed) == [])
        let events = try await log.reader.events(after: .start, limit: EventReader.maximumBatch)
        #expect(Int64(events.count) == model.position)
        #expect(events.allSatisfy { $0.computedLeafHash(in: log.ledger) == $0.leafHash }, "\(seed)")
        await log.close()
    }
}

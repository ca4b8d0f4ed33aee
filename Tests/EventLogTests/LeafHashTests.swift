import BundledFiles
import Canonical
import EventLog
import Foundation
import PostgreSQL
import TestSupport
import Testing

@Suite("Anyone can recompute a leaf hash")
struct LeafHashTests {
    private static let hasPython = FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")

    /// Events with all of Unicode in every text, and numbers at their ends.
    private func log(_ random: inout SeededGenerator) async throws -> LogFixture {
        let log = try await LogFixture()
        // Any moments, in the order in which a log takes them.
        let range = Timestamp.earliest.microseconds...Timestamp.latest.microseconds
        let moments = (0..<60).map { _ in Int64.random(in: range, using: &random) }.sorted()
        for (number, moment) in moments.enumerated() {
            // The slash keeps 1 and a text that begins with 0 apart from 10.
            let stream = "thing/\(number)/" + random.text(upTo: 20)
            let event = AppendEvent(
                stream: stream, type: "t" + random.text(upTo: 10), schemaVersion: .random(in: 1 ... .max, using: &random),
                data: Array(random.text(upTo: 200).utf8))
            let command = AppendCommand(
                conditions: [StreamCondition(stream: stream, version: 0)], events: [event, event],
                metadata: Array(random.text(upTo: 50).utf8))
            let outcomes = try await log.append([command], at: Timestamp(microseconds: moment))
            let isAppended = outcomes.allSatisfy { $0.isAppended }
            #expect(isAppended, "\(stream.debugDescription) gave \(outcomes), \(random)")
        }
        return log
    }

    @Test func fromWhatTheLogHolds() async throws {
        var random = SeededGenerator()
        let log = try await log(&random)
        let events = try await log.reader.events(after: .start)
        #expect(events.count == 120)
        #expect(events.allSatisfy { $0.computedLeafHash(in: log.ledger) == $0.leafHash }, "\(random)")
        // Every column counts, and so does the ledger's name.
        let event = events[0]
        #expect(event.computedLeafHash(in: Ledger(key: log.ledger.key, name: "other")) != event.leafHash)
        let another = RecordedEvent(
            position: Position(99), stream: event.stream, version: event.version, type: event.type,
            schemaVersion: event.schemaVersion,
            recordedAt: event.recordedAt, leafHash: event.leafHash, metadata: event.metadata, data: event.data)
        #expect(another.computedLeafHash(in: log.ledger) == event.leafHash, "the position is the tree's to prove")
        await log.close()
    }

    @Test(.enabled(if: hasPython, "python3 is not installed"))
    func withTheProgramInTheSpecification() async throws {
        var random = SeededGenerator()
        let log = try await log(&random)
        let specification = try BundledFiles.text("LEAF-ENCODING.md", in: .schema)
        let blocks = specification.components(separatedBy: "```python\n")
        try #require(blocks.count == 2, "the specification has one program")
        let program =
            blocks[1].components(separatedBy: "```")[0] + """

                import json, sys
                for line in sys.stdin:
                    row = json.loads(line)
                    print(leaf_hash(**row))

                """
        let rows = try await log.pool.withConnection { connection in
            try await connection.query(
                """
                SELECT jsonb_build_object('ledger', l.name, 'stream', stream, 'version', version, 'type', type,
                                          'schema_version', schema_version,
                                          'recorded_at_us', (extract(epoch FROM e.recorded_at) * 1000000)::bigint,
                                          'metadata', metadata, 'data', data)::text,
                       encode(leaf_hash, 'hex')
                  FROM devshare.event e JOIN devshare.ledger l USING (ledger) ORDER BY e.position
                """
            ).rows.map { (input: try $0.decode(0, as: String.self), hash: try $0.decode(1, as: String.self)) }
        }
        let output = try await runPython(program, input: rows.map(\.input).joined(separator: "\n"))
        #expect(output.split(separator: "\n").map(String.init) == rows.map(\.hash), "\(random)")
        #expect(rows.count == 120)
        await log.close()
    }

    private func runPython(_ program: String, input: String) async throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("leaf-\(UUID().uuidString)", isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (script, lines) = (folder.appendingPathComponent("leaf.py"), folder.appendingPathComponent("rows.json"))
        try program.write(to: script, atomically: false, encoding: .utf8)
        try input.write(to: lines, atomically: false, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [script.path]
        process.environment = ["PYTHONIOENCODING": "utf-8"]
        process.standardInput = try FileHandle(forReadingFrom: lines)
        let pipe = Pipe()
        process.standardOutput = pipe
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        try process.run()
                        let output = pipe.fileHandleForReading.readDataToEndOfFile()
                        process.waitUntilExit()
                        return String(decoding: output, as: UTF8.self)
                    })
            }
        }
    }
}

import Canonical
import DeviceSharing
import EventLog
import Foundation
import TestSupport
import Testing

@testable import SharingAudit
@testable import SharingEngine
@testable import SharingLog

/// Events and rows on their way through the temporary file.
struct LogSpillTests {
    private struct Sample: Hashable {
        var position: Int64
        var version: Int32
        var schemaVersion: Int16
        var recordedAt: Int64
        var stream: [UInt8]
        var type: [UInt8]
        var data: [UInt8]

        init(_ event: borrowing LentEvent) {
            (position, version, schemaVersion) = (event.position.rawValue, event.version, event.schemaVersion)
            (recordedAt, stream) = (event.recordedAt.microseconds, Array(event.stream))
            (type, data) = (Array(event.type), Array(event.data))
        }

        init(position: Int64, stream: Int, _ random: inout SeededGenerator) {
            self.position = position
            (version, schemaVersion) = (.random(in: .min ... .max, using: &random), .random(in: .min ... .max, using: &random))
            recordedAt = .random(in: .min ... .max, using: &random)
            self.stream = Array("user/\(stream)".utf8)
            type = (0..<random.below(20)).map { _ in .random(in: 0...255, using: &random) }
            data = (0..<random.below(2_000)).map { _ in .random(in: 0...255, using: &random) }
        }

        func lend(_ body: (borrowing LentEvent) -> Void) {
            stream.withUnsafeBytes { stream in
                type.withUnsafeBytes { type in
                    data.withUnsafeBytes { data in
                        body(
                            LentEvent(
                                position: Position(rawValue: position), stream: stream, version: version, type: type,
                                schemaVersion: schemaVersion, recordedAt: Timestamp(microseconds: recordedAt), data: data))
                    }
                }
            }
        }
    }

    /// Several runs at the same time, which come to an end in any order, each larger than what is held back.
    @Test func whatIsSpilledComesBackStreamByStreamInOrder() async throws {
        let spill = try LogSpill(events: 100_000)
        var random = SeededGenerator(seed: 7)
        let runs = (0..<4).map { run in
            (0..<3_000).map { Sample(position: Int64(run * 3_000 + $0), stream: random.below(50), &random) }
        }
        let row = Array("a row".utf8)
        try await withThrowingTaskGroup { group in
            for (number, run) in runs.enumerated() {
                group.addTask {
                    var buffer = SpillBuffer(spill, run: Int64(number))
                    for (place, sample) in run.enumerated() {
                        sample.lend { buffer.add($0) }
                        if place.isMultiple(of: 100) { try await buffer.flush() }
                    }
                    try await buffer.flush(isEnd: true)
                }
            }
            group.addTask {
                var buffer = SpillBuffer(spill, run: .max)
                row.withUnsafeBytes { buffer.add(row: $0, of: .directoryUser) }
                try await buffer.flush(isEnd: true)
            }
            try await group.waitForAll()
        }
        var (back, rows): ([[UInt8]: [Sample]], Int) = ([:], 0)
        for partition in 0..<spill.partitionCount {
            var streams: [[UInt8]: [Sample]] = [:]
            try await spill.read(partition) { records in
                SpillRecord.forEach(in: records) { event, key in
                    let sample = Sample(event)
                    streams[sample.stream, default: []].append(sample)
                    #expect(sample.stream.withUnsafeBytes { SpillRecord.key(of: $0) } == key)
                } claim: { _, _, _ in
                    Issue.record("nothing was claimed")
                } row: { fields, table, _ in
                    #expect(Array(fields) == row && table.name == "directory_user")
                    rows += 1
                }
            }
            #expect(Set(streams.keys).isDisjoint(with: back.keys), "a stream lies in two partitions")
            back.merge(streams) { first, _ in first }
        }
        #expect(rows == 1)
        #expect(back == Dictionary(grouping: runs.joined(), by: \.stream))
    }

    @Test func aFolderThatCannotBeWrittenIsNamed() throws {
        let error = #expect(throws: EngineError.self) { try ScratchFile(in: URL(fileURLWithPath: "/nowhere")) }
        #expect(error?.code == .scratchUnusable)
        #expect(error?.detail.contains("TMPDIR") == true)
    }

    /// Two streams can have one key, though hardly any two do.
    @Test func streamsOfOneKeyAreFoldedApart() {
        var fold = PartitionFold()
        var random = SeededGenerator(seed: 8)
        for (position, stream) in [1, 2, 1, 3, 2].enumerated() {
            var sample = Sample(position: Int64(position) + 1, stream: stream, &random)
            sample.version = [1, 1, 2, 1, 3][position]
            sample.lend { fold.add($0, key: 42) }
        }
        #expect(fold.streamCount == 3)
        let gaps = fold.findings().list.filter { $0.code == .versionGap }
        #expect(gaps.map(\.position) == [Position(rawValue: 5)])
        #expect(gaps.first?.message == "user/2 goes from version 1 to 3")
    }
}

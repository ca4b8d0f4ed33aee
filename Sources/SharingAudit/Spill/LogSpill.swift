import DeviceSharing
import EventLog
import Foundation
import SharingLog
import Synchronization

/// Events and rows of a log, sorted on disk into partitions by the stream that they are of: what belongs together lies in one
/// partition, in the order of positions. Up to four million events partitions are of one size; of a longer log each is a 256th.
final class LogSpill: Sendable {
    /// What was written at once: records of every partition, side by side.
    private struct Block {
        let order: (run: Int64, number: Int)
        let start: Int64
        /// Where each partition's records end, from `start`.
        let ends: [UInt32]

        func records(of partition: Int) -> ScratchFile.Piece {
            let first = partition == 0 ? 0 : ends[partition - 1]
            return ScratchFile.Piece(offset: start + Int64(first), count: Int(ends[partition] - first))
        }
    }

    private struct State {
        var end: Int64 = 0
        var blocks: [Block] = []
    }

    /// Events of a partition, about, where there would not be too many partitions.
    private static let wantedSize: Int64 = 16_384
    private static let maximumPartitions: Int64 = 256
    /// Bytes that are read at once, about.
    private static let readSize = 512 << 10

    let partitionCount: Int
    /// Events of a partition, about.
    let partitionSize: Int
    private let file: ScratchFile
    private let state = Mutex(State())

    /// - Parameter events: how many there will be, about. Throws `scratch-unusable`.
    init(events: Int64) throws(EngineError) {
        partitionCount = Int(min(max(events / Self.wantedSize, 4), Self.maximumPartitions))
        partitionSize = Int(events) / partitionCount
        file = try ScratchFile()
    }

    /// Takes what a run has gathered for each partition. Runs are read in the order of their numbers, whenever they came.
    fileprivate func write(_ buffers: [[UInt8]], run: Int64) async throws {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(buffers.reduce(0) { $0 + $1.count })
        var ends: [UInt32] = []
        ends.reserveCapacity(buffers.count)
        for buffer in buffers {
            bytes += buffer
            ends.append(UInt32(bytes.count))
        }
        let (length, blockEnds) = (Int64(bytes.count), ends)
        let start = state.withLock { state in
            state.blocks.append(Block(order: (run, state.blocks.count), start: state.end, ends: blockEnds))
            state.end += length
            return state.end - length
        }
        try await file.write(bytes, at: start)
    }

    /// Hands the records of a partition to `body`, many at a time.
    func read(_ partition: Int, _ body: ([UInt8]) throws -> Void) async throws {
        let blocks = state.withLock { $0.blocks }.sorted { $0.order < $1.order }
        var (due, size): ([ScratchFile.Piece], Int) = ([], 0)
        for block in blocks {
            let piece = block.records(of: partition)
            due.append(piece)
            size += piece.count
            guard size >= Self.readSize else { continue }
            try body(try await file.read(due))
            (due, size) = ([], 0)
        }
        if size > 0 { try body(try await file.read(due)) }
    }
}

/// Gathers one run of records, and writes them to the spill when there are enough.
struct SpillBuffer: ~Copyable {
    private static let capacity = 1 << 20

    private let spill: LogSpill
    private let run: Int64
    private let withFacts: Bool
    private var buffers: [[UInt8]]
    private var size = 0

    /// - Parameter withFacts: whether it is to be looked at what decisions saw.
    init(_ spill: LogSpill, run: Int64, withFacts: Bool = false) {
        self.spill = spill
        self.run = run
        self.withFacts = withFacts
        buffers = Array(repeating: [], count: spill.partitionCount)
    }

    mutating func add(_ event: borrowing LentEvent) {
        let key = SpillRecord.key(of: event.stream)
        let withFacts = withFacts
        append(key) { SpillRecord.append(event, key: key, withFacts: withFacts, to: &$0) }
    }

    /// What an event says of streams. To be called before the event is added: it speaks of what came before it.
    mutating func addClaims(of event: borrowing LentEvent, _ seen: SeenDecision?) {
        var claims: [(claim: FactClaim, stream: String)] = []
        do throws(EventDecodingError) {
            try FactClaim.forEach(of: event, seen) { claims.append(($0, $1)) }
        } catch {
            // The fold of the event finds it, and names it.
            return
        }
        for (claim, stream) in claims { add(claim, of: stream) }
    }

    private mutating func add(_ claim: FactClaim, of stream: String) {
        var stream = stream
        stream.withUTF8 { name in
            let name = UnsafeRawBufferPointer(name)
            let key = SpillRecord.key(of: name)
            append(key) { SpillRecord.append(claim, of: name, key: key, to: &$0) }
        }
    }

    mutating func add(row: UnsafeRawBufferPointer, of table: ReadModelTable) {
        let key = table.streamName(ofRow: row).withUnsafeBytes { SpillRecord.key(of: $0) }
        append(key) { SpillRecord.append(row: row, of: table, key: key, to: &$0) }
    }

    private mutating func append(_ key: UInt64, _ record: (inout [UInt8]) -> Void) {
        let partition = Int(key % UInt64(buffers.count))
        let before = buffers[partition].count
        record(&buffers[partition])
        size += buffers[partition].count - before
    }

    /// Writes what was gathered, if it is much; all of it at the end of the run.
    mutating func flush(isEnd: Bool = false) async throws {
        guard size >= Self.capacity || isEnd && size > 0 else { return }
        try await spill.write(buffers, run: run)
        for index in buffers.indices { buffers[index].removeAll(keepingCapacity: true) }
        size = 0
    }
}

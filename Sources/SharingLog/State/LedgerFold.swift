import Canonical
import DeviceSharing
import EventLog

/// States of all streams of a ledger, folded from its events in their order.
package struct LedgerFold: Sendable {
    private var snapshots: [StreamSnapshot] = []
    /// Where in `snapshots` each stream stands. Apart from the states, so that what is hashed is small, and streams that were
    /// founded together lie together.
    private var places: [StreamID: Int] = [:]
    /// The events folded so far.
    package private(set) var eventCount = 0

    /// How many streams there are.
    package var streamCount: Int { snapshots.count }

    package init() {}

    /// Throws `gap-in-log` and `event-unreadable`, which name the position.
    package mutating func add(_ batch: EventBatch) throws { try batch.forEach { try add($0) } }

    private mutating func add(_ event: borrowing LentEvent) throws {
        guard let stream = StreamID(utf8: event.stream) else {
            let name = String(decoding: event.stream, as: UTF8.self)
            throw EventLogError(.eventUnreadable, "\(name) is no stream", position: event.position)
        }
        try snapshots[place(of: stream)].add(event)
        eventCount += 1
    }

    private mutating func place(of stream: StreamID) -> Int {
        if let place = places[stream] { return place }
        places[stream] = snapshots.count
        snapshots.append(StreamSnapshot(of: stream))
        return snapshots.count - 1
    }
}

extension LedgerHandle {
    /// Folds the whole ledger up to a position, in memory.
    package func foldLedger(through last: Position) async throws -> LedgerFold {
        return try await reader.copy(after: .start, through: last) { batches in
            let folder = LedgerFolder()
            let iterator = batches.makeAsyncIterator()
            var next = try await iterator.next()
            while let batch = next {
                // One batch is folded while the one behind it is read.
                async let added: Void = folder.add(batch)
                next = try await iterator.next()
                try await added
            }
            return await folder.fold
        }
    }
}

/// Folds aside from whoever reads.
private actor LedgerFolder {
    private(set) var fold = LedgerFold()

    func add(_ batch: EventBatch) throws { try fold.add(batch) }
}

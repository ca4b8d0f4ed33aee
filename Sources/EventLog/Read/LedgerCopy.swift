import Canonical
import PostgreSQL

/// A long run of a ledger, in order and in batches of some hundred events. Nothing is read ahead of the consumer, so any
/// number of events fits into little memory.
package struct LedgerCopy: AsyncSequence {
    package typealias Element = EventBatch
    let rows: CopyOutSequence

    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let rows: CopyOutSequence.AsyncIterator

        package nonisolated(nonsending) func next() async throws -> EventBatch? {
            try await rows.next().map { EventBatch(rows: $0) }
        }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(rows: rows.makeAsyncIterator()) }
}

/// Some events of a ledger, in order, as they came from the database.
package struct EventBatch: Sendable {
    fileprivate let rows: CopyBatch

    package var count: Int { rows.count }

    /// Lends each event to `body` without copying its texts: what is folded millions of times is read like this.
    package func forEach(_ body: (borrowing LentEvent) throws -> Void) throws {
        try rows.forEachRow { (row: borrowing CopyRow) throws in
            var fields = row.fields()
            try body(LentEvent(&fields))
        }
    }

    package func events() throws -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        events.reserveCapacity(count)
        try forEach { event in events.append(try event.recorded()) }
        return events
    }
}

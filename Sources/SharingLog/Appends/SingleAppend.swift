import Canonical
import DeviceSharing
import EventLog
import PostgreSQL

/// Appends one event that moves no read model behind what its stream holds, in a transaction of the caller's.
package struct SingleAppend: Sendable {
    private let ledger: Ledger
    private let stream: StreamID
    private let context: CommandContext

    package init(ledger: Ledger, stream: StreamID, context: CommandContext) {
        self.ledger = ledger
        self.stream = stream
        self.context = context
    }

    /// Returns where the event is, or nil where another append to the stream came first, and the ledger's latest time.
    package func append(
        _ event: DomainEvent, at time: Timestamp, on connection: Connection
    ) async throws -> (position: Position?, latest: Timestamp?) {
        let version: Int32 =
            try await connection.query(
                Statement(
                    "SELECT coalesce(max(version), 0) FROM devshare.event WHERE ledger = $1 AND stream = $2",
                    [ledger.key, stream.name])
            ).rows.first?.decode(0) ?? 0
        var batch = AppendBatch(ledger: ledger, recordedAt: time)
        batch.add(
            AppendCommand(
                conditions: [StreamCondition(stream: stream.name, version: version)],
                events: [
                    AppendEvent(stream: stream.name, type: event.type, schemaVersion: event.schemaVersion, data: event.data())
                ], metadata: context.metadata(policy: nil)))
        let result = try await connection.query(
            AppendBatch.call("devshare.sharing_append", batch.parameters + ReadModelRows().parameters))
        let position = batch.anchor(try batch.outcomes(result))?.position
        // With the commit: such events are few.
        if position != nil { _ = try await connection.query("SELECT pg_notify($1, '')", ledger.channel) }
        return (position, try AppendBatch.latestTime(result))
    }
}

import Canonical
import DeviceSharing
import EventLog
import PostgreSQL
import SharingLog

/// Reads again what a command came to, for callers who repeat it under the same idempotency key.
struct ReceiptReader: Sendable {
    let ledger: Ledger
    let pool: Pool

    /// The record of a key, if it is known.
    func record(ofKey key: String) async throws -> IdempotencyRecord? {
        try await pool.withConnection { connection in
            try await connection.query(IdempotencyRecord.statement(ledger, key: key))
        }.rows.first.map(IdempotencyRecord.init)
    }

    /// The receipt as it was given the first time. Throws `idempotency-key-reused` where the key stood for another command.
    func receipt(_ record: IdempotencyRecord, repeating envelope: CommandEnvelope) async throws -> Receipt {
        guard record.digest == envelope.command.digest else {
            throw SharingError.idempotencyKeyReused(envelope.context.idempotencyKey ?? "")
        }
        guard let subject = StreamID(name: record.subject) else {
            throw EngineError(.logUnreadable, "an idempotency record names \(record.subject), which is no stream")
        }
        var snapshot = StreamSnapshot(of: subject)
        var recordedAt = record.recordedAt
        for event in try await EventReader(ledger: ledger, pool: pool).stream(record.subject)
        where event.position < record.positions.upperBound {
            try snapshot.add(event)
            if event.position >= record.positions.lowerBound { recordedAt = event.recordedAt }
        }
        let request: ShareRequest? = if case .shareRequest(let request) = snapshot.state { request } else { nil }
        return Receipt(
            subject: subject, positions: record.positions, recordedAt: recordedAt, request: request,
            revision: snapshot.revision, isRepetition: true)
    }
}

import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog
import Foundation
import PostgreSQL
import SharingLog

/// Reads decisions from the log in order, in constant memory: one COPY, whose pieces are worked on by every core.
struct DecisionLog: Sendable {
    let log: LedgerHandle

    /// Which decisions.
    struct Scope: Sendable {
        /// Only those made at submission: one for each request.
        var onlySubmissions = false
        /// Only those recorded at this moment or later.
        var since: Timestamp?
    }

    /// A decision as the log holds it.
    struct Entry: Sendable {
        let position: Position
        let request: ShareRequestID
        let recordedAt: Timestamp
        let record: DecisionRecord
        /// The event that holds it.
        let event: ShareRequestEvent
    }

    /// What a piece of the log gave.
    struct Findings<Output: Sendable>: Sendable {
        var outputs: [Output] = []
        /// Decisions whose data are in an archive, so that nothing was found of them. An officer's rejection, which rests on
        /// none, cannot be told from one by policy there, and counts too.
        var inArchive = 0
        var last = Position.start
    }

    /// Calls `work` with every decision, on several tasks at once, and hands what a piece gave to `take`, in the order of the
    /// log. Throws `event-unreadable`, which names the position.
    nonisolated(nonsending) func scan<Output: Sendable>(
        _ scope: Scope, work: @Sendable @escaping (Entry) throws -> Output,
        take: (Findings<Output>) throws -> Void
    ) async throws {
        try await Connection.withConnection(log.settings.auditConnection) { connection in
            try await scan(connection.copyOut(sql(scope)), work: work, take: take)
        }
    }

    private struct Piece<Output: Sendable>: Sendable {
        let number: Int
        let findings: Findings<Output>
    }

    private nonisolated(nonsending) func scan<Output: Sendable>(
        _ rows: CopyOutSequence, work: @Sendable @escaping (Entry) throws -> Output,
        take: (Findings<Output>) throws -> Void
    ) async throws {
        // Two pieces for each core: one is worked on while the next is being read.
        let width = 2 * max(1, ProcessInfo.processInfo.activeProcessorCount)
        try await withThrowingTaskGroup(of: Piece<Output>.self) { group in
            var (begun, taken) = (0, 0)
            var early: [Int: Piece<Output>] = [:]
            func collect() async throws {
                guard let piece = try await group.next() else { return }
                early[piece.number] = piece
                while let next = early.removeValue(forKey: taken) {
                    try take(next.findings)
                    taken += 1
                }
            }
            for try await batch in rows {
                let number = begun
                begun += 1
                group.addTask { try Self.piece(number, batch, work) }
                if begun - taken >= width { try await collect() }
            }
            while taken < begun { try await collect() }
        }
    }

    private static func piece<Output>(
        _ number: Int, _ batch: CopyBatch, _ work: (Entry) throws -> Output
    ) throws -> Piece<Output> {
        var findings = Findings<Output>()
        findings.outputs.reserveCapacity(batch.count)
        try batch.forEachRow { row in
            var fields = row.fields()
            findings.last = Position(rawValue: try fields.decode())
            do {
                if let entry = try entry(at: findings.last, &fields) { findings.outputs.append(try work(entry)) }
            } catch let error as EventLogError where error.code == .dataInArchive {
                findings.inArchive += 1
            }
        }
        return Piece(number: number, findings: findings)
    }

    /// Nil for an event without a decision, such as an officer's rejection.
    private static func entry(at position: Position, _ fields: inout CopyFields) throws -> Entry? {
        let (stream, type) = (try fields.next(), try fields.next())
        let schemaVersion: Int16 = try fields.decode()
        let recordedAt: Timestamp = try fields.decode()
        guard let stream, let type, let data = try fields.next() else {
            throw PostgreSQLError(.decodingFailed, "a field of an event is NULL")
        }
        return try entry(
            at: position, stream: stream, type: type, schemaVersion: schemaVersion, recordedAt: recordedAt, data: data)
    }

    private static func entry(
        at position: Position, stream: UnsafeRawBufferPointer, type: UnsafeRawBufferPointer, schemaVersion: Int16,
        recordedAt: Timestamp, data: UnsafeRawBufferPointer
    ) throws -> Entry? {
        let found = try found(
            at: position, stream: stream, type: type, schemaVersion: schemaVersion, recordedAt: recordedAt, data: data)
        guard case .decision(let entry)? = found else { return nil }
        return entry
    }

    private static func found(
        at position: Position, stream: UnsafeRawBufferPointer, type: UnsafeRawBufferPointer, schemaVersion: Int16,
        recordedAt: Timestamp, data: UnsafeRawBufferPointer
    ) throws -> Found? {
        guard !data.isEmpty else { throw EventLogError(dataInArchiveAt: position) }
        guard case .shareRequest(let request)? = StreamID(utf8: stream) else {
            let name = String(decoding: stream, as: UTF8.self)
            throw EventLogError(.eventUnreadable, "\(name) is no stream of a share request", position: position)
        }
        do throws(EventDecodingError) {
            let event = try EventSchema.decode(type: type, schemaVersion: schemaVersion, data: data)
            guard case .shareRequest(let change) = event else { return nil }
            if let record = change.policyDecision {
                return .decision(
                    Entry(position: position, request: request, recordedAt: recordedAt, record: record, event: change))
            }
            guard case .rejected(let rejection) = change else { return nil }
            return .rejection(request, rejection)
        } catch {
            throw EventLogError(.eventUnreadable, "\(error)", position: position)
        }
    }

    /// The decision that an event of the log holds; nil where it holds none. Throws `event-unreadable`.
    static func entry(of event: borrowing LentEvent) throws -> Entry? {
        // Most events hold none, and must not cost a text each.
        guard EventSchema.isDecision(event.type) else { return nil }
        return try entry(
            at: event.position, stream: event.stream, type: event.type, schemaVersion: event.schemaVersion,
            recordedAt: event.recordedAt, data: event.data)
    }

    /// What an event holds that rests on a policy.
    enum Found {
        case decision(Entry)
        /// An officer's, which rests on no decision.
        case rejection(ShareRequestID, Rejection)
    }

    /// Nil for an event that rests on no policy. Throws `event-unreadable`.
    static func found(in event: borrowing LentEvent) throws -> Found? {
        guard EventSchema.isDecision(event.type) else { return nil }
        return try found(
            at: event.position, stream: event.stream, type: event.type, schemaVersion: event.schemaVersion,
            recordedAt: event.recordedAt, data: event.data)
    }

    /// The same of an event that was copied.
    static func found(in event: RecordedEvent) throws -> Found? {
        guard EventSchema.decisionTypes.contains(event.type) else { return nil }
        return try Array(event.stream.utf8).withUnsafeBytes { stream in
            try Array(event.type.utf8).withUnsafeBytes { type in
                try event.data.bytes.withUnsafeBytes { data in
                    try found(
                        at: event.position, stream: stream, type: type, schemaVersion: event.schemaVersion,
                        recordedAt: event.recordedAt, data: data)
                }
            }
        }
    }

    /// COPY takes no parameters: what is written into the text is a key of ours, names of ours and a timestamp's fixed form.
    private func sql(_ scope: Scope) -> String {
        let types = EventSchema.decisionTypes.map { "'\($0)'" }.joined(separator: ", ")
        var conditions = "ledger = \(log.ledger.key) AND type IN (\(types))"
        if scope.onlySubmissions { conditions += " AND version = \(EventSchema.submissionDecisionVersion)" }
        if let since = scope.since { conditions += " AND recorded_at >= '\(since)'" }
        return """
            COPY (SELECT position, stream, type, schema_version, recorded_at, data FROM devshare.event
                   WHERE \(conditions) ORDER BY position) TO STDOUT (FORMAT binary)
            """
    }
}

extension DecisionLog.Entry {
    /// What the decision saw. Throws `event-unreadable`.
    func facts() throws -> Facts {
        do throws(JSONError) {
            return try Facts(canonical: record.factsBytes)
        } catch {
            throw EventLogError(.eventUnreadable, "facts: \(error)", position: position)
        }
    }

    /// The digest of the policy that decided. Throws `event-unreadable`.
    func policyDigest() throws -> Digest {
        let digest = record.decisionBytes.withUnsafeBytes { bytes in
            Result { () throws(JSONError) -> Digest? in
                var reader = CanonicalJSONReader(bytes)
                var digest: Digest?
                try reader.object { name, reader throws(JSONError) in
                    if case "policy" = name { digest = Digest(hex: try reader.string()) } else { try reader.skip() }
                }
                return digest
            }
        }
        guard case .success(let found?) = digest else {
            throw EventLogError(.eventUnreadable, "the decision names no policy", position: position)
        }
        return found
    }

    /// Every rule's ruling. Throws `event-unreadable`.
    func decision() throws -> Decision {
        do throws(EventDecodingError) {
            return try record.decision()
        } catch {
            throw EventLogError(.eventUnreadable, "\(error)", position: position)
        }
    }
}

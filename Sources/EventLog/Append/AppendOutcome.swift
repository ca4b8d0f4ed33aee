import Canonical
import PostgreSQL

/// What became of one command of a batch.
package enum AppendOutcome: Hashable, Sendable {
    /// Its events stand at these positions; none where it had no events.
    case appended(Range<Position>)
    /// A stream that the decision read has moved, or a command before it in the batch has its key; nothing of the command
    /// was written.
    case conflict(stream: String, actual: Int32)
    /// Its idempotency key is known; nothing was written again.
    case duplicate(IdempotencyRecord)

    package var isAppended: Bool {
        if case .appended = self { true } else { false }
    }
}

/// What the log knows of a command that had a key.
package struct IdempotencyRecord: Hashable, Sendable {
    /// SHA-256 of the command.
    package let digest: Digest
    package let positions: Range<Position>
    package let recordedAt: Timestamp
    /// Stream where the answer can be read again.
    package let subject: String

    package init(digest: Digest, positions: Range<Position>, subject: String, recordedAt: Timestamp) {
        self.digest = digest
        self.positions = positions
        self.subject = subject
        self.recordedAt = recordedAt
    }

    package static func statement(_ ledger: Ledger, key: String) -> Statement {
        Statement(
            """
            SELECT command_digest, first_position, last_position, subject, recorded_at FROM devshare.idempotency_record
             WHERE ledger = $1 AND key = $2
            """, [ledger.key, key])
    }

    /// Reads a row of `statement`.
    package init(_ row: Row) throws(PostgreSQLError) {
        let bytes: [UInt8] = try row.decode(0)
        guard let digest = Digest(bytes: bytes) else {
            throw PostgreSQLError(.decodingFailed, "an idempotency record's digest has not 32 bytes")
        }
        let (first, last): (Int64, Int64) = (try row.decode(1), try row.decode(2))
        self.init(
            digest: digest, positions: Position(rawValue: first)..<Position(rawValue: last + 1), subject: try row.decode(3),
            recordedAt: try row.decode(4))
    }
}

extension AppendBatch {
    /// The latest time that the ledger holds, by the answer of `devshare.ledger_append`; nil while it is empty.
    package static func latestTime(_ result: QueryResult) throws(PostgreSQLError) -> Timestamp? {
        try result.rows.first?.decode(named: "recorded_at")
    }

    /// Reads the answer of `devshare.ledger_append`: an outcome for each command, in order.
    package func outcomes(_ result: QueryResult) throws -> [AppendOutcome] {
        guard let row = result.rows.first else {
            throw EventLogError(.ledgerNotFound, "the append function gave no answer")
        }
        let refused = try Refusals(row)
        var next = Position(rawValue: try row.decode(named: "first_position"))
        var outcomes: [AppendOutcome] = []
        outcomes.reserveCapacity(commandCount)
        for number in 1..<Int32(commandCount + 1) {
            if let duplicate = refused.duplicates[number] {
                outcomes.append(.duplicate(duplicate))
            } else if let conflict = refused.conflicts[number] {
                outcomes.append(.conflict(stream: stream(conflict.stream, of: number), actual: conflict.version))
            } else {
                let end = next.advanced(by: events(ofCommand: number).count)
                outcomes.append(.appended(next..<end))
                next = end
            }
        }
        return outcomes
    }

    /// A command without conditions can only be in conflict over its key, and then what it is about stands for the stream.
    private func stream(_ index: Int32, of command: Int32) -> String {
        index > 0 ? streams[Int(index) - 1] : subject(ofCommand: command)
    }
}

private struct Refusals {
    var conflicts: [Int32: (stream: Int32, version: Int32)] = [:]
    var duplicates: [Int32: IdempotencyRecord] = [:]

    init(_ row: Row) throws(PostgreSQLError) {
        let commands: [Int32]? = try row.decode(named: "refused_command")
        if let commands {
            let streams: [Int32] = try row.decode(named: "refused_stream")
            let versions: [Int32] = try row.decode(named: "refused_version")
            for (index, command) in commands.enumerated() where conflicts[command] == nil {
                conflicts[command] = (streams[index], versions[index])
            }
        }
        let repeated: [Int32]? = try row.decode(named: "duplicate_command")
        if let repeated {
            let digests: [[UInt8]] = try row.decode(named: "duplicate_digest")
            let firsts: [Int64] = try row.decode(named: "duplicate_first")
            let lasts: [Int64] = try row.decode(named: "duplicate_last")
            let subjects: [String] = try row.decode(named: "duplicate_subject")
            let times: [Timestamp] = try row.decode(named: "duplicate_recorded_at")
            for (index, command) in repeated.enumerated() {
                guard let digest = Digest(bytes: digests[index]) else {
                    throw PostgreSQLError(.decodingFailed, "an idempotency record's digest has not 32 bytes")
                }
                duplicates[command] = IdempotencyRecord(
                    digest: digest,
                    positions: Position(rawValue: firsts[index])..<Position(rawValue: lasts[index] + 1),
                    subject: subjects[index], recordedAt: times[index])
            }
        }
    }
}

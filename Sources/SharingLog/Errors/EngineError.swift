import DeviceSharing
import EligibilityPolicy
import EventLog
import PostgreSQL

/// Why the engine could not carry out a command, though nothing is wrong with the command. Refusals of a command itself are
/// `SharingError`.
public struct EngineError: Error, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        /// The engine does not run, or stops.
        case stopped
        /// Too many commands wait; try again later.
        case overloaded
        /// The database cannot be reached or refuses work. Nothing was recorded.
        case databaseUnavailable = "database-unavailable"
        /// The connection broke while the commit was under way. With an idempotency key, repeat the command: it is answered,
        /// not carried out twice.
        case outcomeUnknown = "outcome-unknown"
        /// No room is left on the database's disk. Nothing was recorded.
        case diskFull = "disk-full"
        /// This machine's clock is behind the newest event. Nothing was recorded.
        case clockBehind = "clock-behind"
        /// This machine's clock is ahead of the database's: deadlines would pass that have not come.
        case clockAhead = "clock-ahead"
        /// No policy is active in this ledger.
        case noActivePolicy = "no-active-policy"
        /// The log holds what this program cannot read.
        case logUnreadable = "log-unreadable"
        /// Data of the events that this needs have left the log for an archive.
        case dataInArchive = "data-in-archive"
        /// An archive is not of this log, or cannot be taken out of it.
        case archiveUnusable = "archive-unusable"
        /// No key is configured under which tree heads could be signed.
        case sealingNotConfigured = "sealing-not-configured"
        /// No checkpoint covers what is asked for.
        case notSealed = "not-sealed"
        /// There are fewer events than were signed: an old backup, or a hand. Nothing was signed.
        case logShrunk = "log-shrunk"
        /// The log does not extend what was signed. Nothing was signed.
        case logRewritten = "log-rewritten"
        /// The stored tree is not the one that was signed. Nothing was signed.
        case treeDamaged = "tree-damaged"
        /// The last checkpoint was not signed by a key that is trusted. Nothing was signed.
        case checkpointUntrusted = "checkpoint-untrusted"
        /// A witness cannot be read or written. Nothing was signed.
        case witnessUnusable = "witness-unusable"
        /// Fewer witnesses are configured than the last checkpoint was shown to. Nothing was signed.
        case witnessesMissing = "witnesses-missing"
        /// The folder for temporary files cannot be used.
        case scratchUnusable = "scratch-unusable"
        /// The database refused a statement for a reason that a retry does not mend.
        case internalFailure = "internal-failure"
    }

    public let code: Code
    public let detail: String
    /// With `clock-ahead`: how far this machine's clock is ahead of the database's, where that is known.
    public let lead: Duration?

    package init(_ code: Code, _ detail: String? = nil) {
        self.code = code
        self.detail = detail ?? code.explanation
        lead = nil
    }

    /// `clock-ahead`.
    package init(clockAheadBy lead: Duration?, _ detail: String) {
        code = .clockAhead
        self.detail = detail
        self.lead = lead
    }

    /// Whether the same command may succeed later without a change.
    public var isRetryable: Bool {
        switch code {
        case .overloaded, .databaseUnavailable, .outcomeUnknown, .diskFull: true
        case .stopped, .clockBehind, .clockAhead, .noActivePolicy, .logUnreadable, .dataInArchive, .archiveUnusable,
            .sealingNotConfigured, .notSealed, .logShrunk,
            .logRewritten,
            .treeDamaged, .checkpointUntrusted, .witnessUnusable, .witnessesMissing, .scratchUnusable, .internalFailure:
            false
        }
    }

    public var description: String { "\(code.rawValue): \(detail)" }
}

extension EngineError.Code {
    fileprivate var explanation: String {
        switch self {
        case .stopped: "the engine is not running"
        case .overloaded: "too many commands wait; try again in a moment"
        case .databaseUnavailable: "the database cannot be reached; nothing was recorded"
        case .outcomeUnknown: "the connection to the database broke during the commit; repeat with the same idempotency key"
        case .diskFull: "the database's disk is full; nothing was recorded"
        case .clockBehind:
            "this machine's clock is behind the newest event; set it right, or see `devshare ledger repair-clock --help`"
        case .clockAhead: "this machine's clock is ahead of the database's; set the one that is wrong right and try again"
        case .noActivePolicy: "no policy is active; activate one with `devshare policy activate`"
        case .logUnreadable: "the log holds an event that this program cannot read"
        case .dataInArchive: "what this needs is in an archive; bring it back with `devshare archive attach`"
        case .archiveUnusable: "the archive is not of this log"
        case .sealingNotConfigured: "no key is configured under which checkpoints could be signed"
        case .notSealed: "no checkpoint covers this yet"
        case .logShrunk: "there are fewer events than were signed"
        case .logRewritten: "the log does not extend what was signed"
        case .treeDamaged: "the stored tree is not the one that was signed"
        case .checkpointUntrusted: "the last checkpoint was not signed by a trusted key"
        case .witnessUnusable: "a witness cannot be read or written"
        case .witnessesMissing: "fewer witnesses are configured than the log was signed with"
        case .scratchUnusable: "the folder for temporary files cannot be used; name another one in TMPDIR"
        case .internalFailure: "the database refused the work"
        }
    }
}

extension EngineError {
    /// How the log refuses a decision far behind its newest one (`Schema/functions/log/ledger_append.sql`).
    private static let behindTheLog = SQLState(rawValue: "DS006")

    /// What a failure of the database means for the command. `duringCommit`: the statement that writes was under way.
    package init(_ error: PostgreSQLError, duringCommit: Bool) {
        switch error.code {
        case .statementFailed where error.sqlState == Self.behindTheLog:
            self.init(.clockBehind, error.message)
        case .statementFailed where error.sqlState == ClockCheck.refusal:
            self.init(
                clockAheadBy: error.detail.flatMap { Int64($0) }.map { .seconds($0) },
                "\(error.message); set the clock that is wrong right")
        // The server may have gone away behind the commit as well as before it.
        case .connectionLost where duringCommit, .statementFailed where duringCommit && error.leavesOutcomeOpen:
            self.init(.outcomeUnknown)
        // It is recorded, and would be lost with the server.
        case .replicationUnconfirmed where duringCommit:
            self.init(.outcomeUnknown, "\(error.message); repeat with the same idempotency key")
        case .replicationUnconfirmed:
            self.init(.databaseUnavailable, "\(error)")
        case .statementFailed where error.sqlState == .diskFull:
            self.init(.diskFull)
        case .connectionFailed, .connectionLost, .connectionClosed, .poolExhausted, .poolClosed, .timedOut:
            self.init(.databaseUnavailable, "\(error)")
        case .statementFailed where error.isRetryable:
            self.init(.databaseUnavailable, "\(error)")
        default:
            self.init(.internalFailure, "\(error)")
        }
    }
}

extension PostgreSQLError {
    /// Whether the server ended the connection (class 08, 57P01, 57P02), so that nobody knows what became of the statement.
    fileprivate var leavesOutcomeOpen: Bool {
        guard let sqlState else { return false }
        return [.adminShutdown, .crashShutdown].contains(sqlState) || sqlState.errorClass == "08"
    }
}

extension EngineError {
    /// Whatever ended a batch or a query, as its callers are told.
    package init(caught error: any Error) {
        switch error {
        case let error as EngineError: self = error
        case let error as PostgreSQLError: self.init(error, duringCommit: false)
        case let error as EventLogError where error.code == .dataInArchive: self.init(.dataInArchive, "\(error)")
        case let error as EventLogError: self.init(.logUnreadable, "\(error)")
        case let error as PolicyError: self.init(.logUnreadable, "this program cannot read the policy in force: \(error)")
        default: self.init(.internalFailure, "\(error)")
        }
    }
}

/// What this program itself finds wrong, beyond what the engine reports.
struct DevshareError: Error, Hashable, Sendable {
    enum Code: String, Sendable, CaseIterable {
        /// There is neither a database URL nor an embedded server's folder.
        case noDatabase = "no-database"
        /// Identities cannot be fingerprinted.
        case identityKeyMissing = "identity-key-missing"
        /// The secret is not what it must be.
        case identityKeyInvalid = "identity-key-invalid"
        /// The text or file that should be a checkpoint's key is none.
        case checkpointKeyInvalid = "checkpoint-key-invalid"
        /// A checkpoint is not one of this log.
        case checkpointInvalid = "checkpoint-invalid"
        /// An evidence file is genuine, but lacks events that it was to have.
        case evidenceIncomplete = "evidence-incomplete"
        /// The log, or what was made of it, is not as it was signed.
        case logDamaged = "log-damaged"
        /// A restored database lacks events that were signed.
        case backupIncomplete = "backup-incomplete"
        /// A file cannot be read or written.
        case fileUnreadable = "file-unreadable"
        /// Standard output, or a file, could not be written to its end.
        case outputFailed = "output-failed"
        /// A file is in another encoding than UTF-8.
        case fileNotUTF8 = "file-not-utf8"
        /// A file is there that would be overwritten.
        case fileExists = "file-exists"
        /// The configuration file or the environment has a setting that there is none of.
        case settingUnknown = "setting-unknown"
        /// A setting is not of its type, or not one of the texts that it may be.
        case settingInvalid = "setting-invalid"
        /// A schema is there that was to be made.
        case schemaExists = "schema-exists"
        /// Some rows of an import were refused; the others were kept.
        case rowsRefused = "rows-refused"
        /// Another number is missing from a complete list than was confirmed.
        case syncNotConfirmed = "sync-not-confirmed"
        /// The log does not hold the point that is to be gone on from.
        case syncPointUnknown = "sync-point-unknown"
        /// The log does not hold what was read of it before.
        case logRewound = "log-rewound"
        /// A policy file is not in the usual form.
        case notFormatted = "not-formatted"
        /// A policy's own cases fail, or do not cover it.
        case policyTestsFailed = "policy-tests-failed"
        /// Decisions in the log are not what their policies give.
        case decisionsDiffer = "decisions-differ"
        /// Read models are not what the log gives.
        case readModelsDiffer = "read-models-differ"
        /// There is no such event.
        case eventNotFound = "event-not-found"
        /// The server cannot be what it is told to be.
        case serverMisconfigured = "server-misconfigured"
        /// Another program listens where the server is to listen.
        case portTaken = "port-taken"
        /// The server that was asked does not answer.
        case unreachable
        /// A webhook's URL has an address that is not public.
        case destinationInvalid = "destination-invalid"
        /// There is no token for the server.
        case tokenMissing = "token-missing"
        /// A key for tokens is not what it must be.
        case tokenKeyInvalid = "token-key-invalid"
        /// The request was never decided by a policy.
        case noDecision = "no-decision"
    }

    let code: Code
    let message: String
    /// What to do about it.
    let advice: String?

    init(_ code: Code, _ message: String, advice: String? = nil) {
        self.code = code
        self.message = message
        self.advice = advice
    }

    var exitStatus: ExitStatus {
        switch code {
        case .noDatabase, .identityKeyMissing, .portTaken: .unavailable
        case .unreachable: .tryAgain
        case .outputFailed: .outputFailed
        case .identityKeyInvalid, .checkpointKeyInvalid, .tokenKeyInvalid, .tokenMissing, .serverMisconfigured,
            .fileUnreadable, .fileNotUTF8, .fileExists, .settingUnknown, .settingInvalid, .destinationInvalid, .rowsRefused:
            .badInput
        case .evidenceIncomplete, .notFormatted, .policyTestsFailed, .eventNotFound, .noDecision, .schemaExists,
            .syncNotConfirmed,
            .syncPointUnknown, .logRewound:
            .refused
        case .checkpointInvalid, .logDamaged, .backupIncomplete, .decisionsDiffer, .readModelsDiffer: .failed
        }
    }
}

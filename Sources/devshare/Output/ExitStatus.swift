import ArgumentParser
import DeviceSharing
import DeviceSharingClient
import EligibilityPolicy
import EmbeddedPostgres
import EventLog
import PostgreSQL
import SharingAudit
import SharingEngine
import SharingLog
import SharingWebhooks

/// What the program's exit status means. Documented in `devshare --help`.
enum ExitStatus: Int32 {
    /// Refused by a rule: nothing is wrong with the program or the input's form.
    case refused = 1
    /// Input that cannot be read: a bad row, an invalid policy.
    case badInput = 65
    /// The database cannot be reached or is not as it should be.
    case unavailable = 69
    /// A defect or a damaged log.
    case failed = 70
    /// What was to be written could not be: a full disk.
    case outputFailed = 74
    /// May work when tried again.
    case tryAgain = 75

    var code: ExitCode { ExitCode(rawValue) }

    static let help = """
        Exit status: 0 done; 1 refused by a rule, not found, or a check that found something; 64 wrong usage; 65 input that \
        cannot be read; 69 no database, or not migrated, or no policy, or a port that is taken; 70 a failure inside, or a log \
        that is not what it should be; 74 output that could not be written; 75 try again later; 130 and 143 interrupted.
        """

    init(_ error: any Error) {
        switch error {
        case let error as SharingError: self = error.code == .policyInvalid ? .badInput : .refused
        case is PolicyError: self = .badInput
        case let error as WebhookError:
            switch error.code {
            case .webhookNotFound, .tooManyWebhooks, .auditorRequired: self = .refused
            case .destinationInvalid, .eventTypeUnknown: self = .badInput
            }
        case let error as ClientError:
            switch error.problem?.status {
            case .none: self = error.code == .unreachable ? .tryAgain : .failed
            case .some(503), .some(504), .some(429), .some(408): self = .tryAgain
            case .some(500): self = .failed
            case .some: self = .refused
            }
        case let error as DevshareError: self = error.exitStatus
        case let error as EvidenceError: self = error.code == .malformed ? .badInput : .failed
        case let error as EngineError:
            self = error.isRetryable ? .tryAgain : .failed
            if [.noActivePolicy, .sealingNotConfigured].contains(error.code) { self = .unavailable }
            if [.notSealed, .dataInArchive, .archiveUnusable].contains(error.code) { self = .refused }
        case is PostgreSQLError, is EmbeddedPostgresError: self = .unavailable
        case let error as EventLogError where error.code == .dataInArchive: self = .refused
        case let error as EventLogError:
            self =
                [.migrationPending, .migrationUnknown, .migrationChanged, .schemaForeign, .encodingUnusable, .ledgerNotFound]
                    .contains(error.code)
                ? .unavailable : .failed
        default: self = .failed
        }
    }
}

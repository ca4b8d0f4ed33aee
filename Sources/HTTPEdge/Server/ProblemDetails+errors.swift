import DeviceSharing
import HTTPTypes
import Logging
import NIOHTTP1
import SharingEngine
import SharingLog
import SharingWebhooks

extension ProblemDetails {
    /// What a caller is told of an error. Nil for one that says nothing a caller could use: it is logged, and the caller hears
    /// of `internal-failure`.
    package init?(_ error: any Error) {
        switch error {
        case let problem as ProblemDetails: self = problem
        case let error as SharingError: self.init(error)
        case let error as WebhookError: self.init(error)
        case let error as LogRewound:
            self.init(.logRewound)
            if let checkpoint = error.checkpoint { parameters = ["checkpoint": .string(checkpoint.description)] }
        case let problem as FieldProblem: self.init(.requestInvalid, errors: [problem])
        case let error as HTTPParserError: self.init(error)
        case let refusal as ConcurrencyLimiter.Refusal: self.init(refusal)
        // Nobody reads it; the log should not call it a failure of ours.
        case is ClientGone: self.init(.requestTimedOut, headers: [.connection: "close"])
        case is DeadlinePassed: self.init(.requestTimedOut, headers: [.connection: "close"])
        default:
            let error = EngineError(caught: error)
            guard let problem = error.code.problem else { return nil }
            self.init(problem)
            if let lead = error.lead { parameters = ["seconds": .integer(Int(clamping: lead.components.seconds))] }
        }
    }

    /// What a caller is told of an error; one of which it is told nothing is logged.
    /// - Parameter failure: what failed, for the log.
    package init(_ error: any Error, logging failure: Logger.Message, to logger: Logger) {
        if let known = ProblemDetails(error) {
            self = known
        } else {
            logger.error(failure, metadata: ["error": "\(error)"])
            self.init(.internalFailure)
        }
    }
}

extension ProblemDetails {
    /// Where the next message begins is not known after it.
    init(_ error: HTTPParserError) {
        self.init(error == .headerOverflow ? .headTooLarge : .messageMalformed, headers: [.connection: "close"])
    }

    /// As `init(_:)`; of a head that is too large the answer names the limits.
    package init(_ error: HTTPParserError, limits: ServerLimits) {
        self.init(error)
        if case .headerOverflow = error {
            parameters = ["bytes": .integer(limits.headerBytes), "headers": .integer(limits.headerCount)]
        }
    }

    /// A problem with a size: the answer names how many bytes are taken.
    init(_ problem: ServiceProblem, limit: Int) {
        self.init(problem)
        parameters = ["bytes": .integer(limit)]
    }

    private init(_ error: WebhookError) {
        switch error.code {
        case .webhookNotFound: self.init(.webhookNotFound)
        case .tooManyWebhooks: self.init(.tooManyWebhooks)
        case .auditorRequired: self.init(.auditorRequired)
        case .destinationInvalid: self.init(.requestInvalid, errors: [FieldProblem(.pointer("/url"), .refused(error.detail))])
        case .eventTypeUnknown:
            self.init(.requestInvalid, errors: [FieldProblem(.pointer("/eventTypes"), .refused(error.detail))])
        }
    }
}

extension EngineError.Code {
    fileprivate var problem: ServiceProblem? {
        switch self {
        case .stopped: .stopped
        case .overloaded: .overloaded
        case .databaseUnavailable: .databaseUnavailable
        case .outcomeUnknown: .outcomeUnknown
        case .diskFull: .diskFull
        case .clockBehind: .clockBehind
        case .clockAhead: .clockAhead
        case .noActivePolicy: .noActivePolicy
        case .notSealed: .notSealed
        case .dataInArchive: .dataInArchive
        // What no route asks for, or what only the operator can do something about.
        case .sealingNotConfigured, .logShrunk, .logRewritten, .treeDamaged, .checkpointUntrusted, .witnessUnusable,
            .witnessesMissing,
            .scratchUnusable, .archiveUnusable,
            .logUnreadable, .internalFailure:
            nil
        }
    }
}

import DeviceSharing
import EligibilityPolicy
import EventLog
import Logging
import PostgreSQL
import SharingLog

/// Everything that an engine remembers of its log: states of streams, the policy in force, and the newest events, by which it knows
/// that the log is the same still.
struct EngineMemory: Sendable {
    let continuity: LogContinuity
    let streams: StreamCache
    let users = EntityUsersCache()
    let policies: ActivePolicy
    let disk = DiskNote()
    private let logger: Logger
    private let countRewind: @Sendable () -> Void

    /// - Parameter countRewind: called once for each time that the log was found to be rewound.
    init(ledger: Ledger, pool: Pool, rememberedStreams: Int, logger: Logger, countRewind: @Sendable @escaping () -> Void) {
        continuity = LogContinuity(ledger: ledger, pool: pool)
        streams = StreamCache(limit: rememberedStreams)
        policies = ActivePolicy(ledger: ledger, continuity)
        self.logger = logger
        self.countRewind = countRewind
    }

    /// Remembers states as they were in a term, unless that is over.
    func remember(_ snapshots: [StreamID: StreamSnapshot], of term: Int) {
        continuity.during(term) { streams.remember(snapshots) }
    }

    /// The same of the users of entities.
    func remember(_ users: [EntityID: EntityUsers], of term: Int) {
        continuity.during(term) { self.users.remember(users) }
    }

    /// Forgets everything, since the log no longer holds what was seen in a term. Of several that notice it, one tells.
    private func forget(_ term: Int) {
        let lost = continuity.end(term) {
            streams.removeAll()
            users.removeAll()
            policies.reset()
        }
        guard let lost else { return }
        countRewind()
        logger.critical(
            "log-rewound: the log no longer holds an event that this engine has seen; what was remembered is forgotten",
            metadata: ["position": .stringConvertible(lost.position.rawValue), "leafHash": "\(lost.leafHash)"])
    }

    /// How often a rewound log is read again at once.
    private static let maximumRewinds = 5

    /// Does work in one term; in the next one again, where the log was found to be rewound. Throws `database-unavailable` where that
    /// happens again and again, and what the work throws.
    func inOneTerm<Value>(_ work: (_ term: Int) async throws -> Value) async throws -> Value {
        for _ in 0..<Self.maximumRewinds {
            let term = continuity.term
            do {
                return try await work(term)
            } catch is TermEnded {
                forget(term)
            }
        }
        throw EngineError(.databaseUnavailable, "the log was rewound again and again; nothing was recorded")
    }

    // MARK: The policy in force

    /// The policy to decide by; nil before the first activation. It is read first where it is not known. Throws `PolicyError` where
    /// this program cannot read it, and errors of the database.
    func policy() async throws -> ActivePolicy.Activation? {
        if !policies.isKnown { try await refreshPolicy() }
        return policies.activation
    }

    /// Takes the policy that the log says is in force. Throws as `policy` does.
    func refreshPolicy() async throws { try await inOneTerm { try await policies.refresh(in: $0) } }

    /// The same for a caller that goes on without: the engine's readiness tells of a policy that cannot be read.
    func refreshPolicyOrWarn() async {
        do {
            try await refreshPolicy()
        } catch {
            logger.warning("the active policy could not be read", metadata: ["error": "\(error)"])
        }
    }
}

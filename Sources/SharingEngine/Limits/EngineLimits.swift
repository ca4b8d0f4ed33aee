import SharingLog

/// Every limit of the engine in one place.
public struct EngineLimits: Sendable {
    /// Commands that share a commit, at most.
    public var batchedCommands = 256
    /// Batches at work at the same time: while one is flushed to disk, the next waits for the ledger, and others are decided.
    public var concurrentBatches = 4
    /// Commands that may wait; one more is refused as `overloaded`.
    public var waitingCommands = 10_000
    /// How often a command is decided anew because what it had read has changed, before `version-conflict`.
    public var attempts = 10
    /// Streams whose state is remembered between commands.
    public var rememberedStreams = 50_000
    /// How far this machine's clock may be behind the newest event before nothing is recorded; half of it, how far ahead of the
    /// database's.
    public var clockTolerance: Duration = .seconds(60)
    /// Users looked at for devices that somebody might share.
    public var relatedUsers = 200
    /// How long an idempotency key is remembered.
    public var idempotencyRetention: Duration = .seconds(7 * 86_400)
    /// How often idempotency keys past their retention are looked for.
    public var idempotencyInterval: Duration = .seconds(600)
    /// Connections to the database.
    public var connections = 10
    /// How long the database is waited for.
    public var timeouts = DatabaseTimeouts()
    /// How often pending requests are looked through for those to be escalated, and those whose time is up.
    public var deadlineInterval: Duration = .seconds(10)
    /// How long a policy that another process activated can go unnoticed by what decides nothing, such as candidates.
    public var policyInterval: Duration = .seconds(1)
    /// How long a change of a policy file that is followed can go unnoticed.
    public var policyFileInterval: Duration = .seconds(1)
    /// Decisions that may wait to be compared with a candidate's; one more is left out and counted.
    public var waitingComparisons = 10_000
    /// How often lengths, ages and lags are measured.
    public var metricsInterval: Duration = .seconds(10)

    public init() {}
}

import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog
import Logging
import PostgreSQL

/// The engine: takes commands, decides on them by the active policy, records what was decided, and answers questions.
///
/// Any number of engines, in any number of processes, work on one ledger: they hold no state that the log does not.
/// An engine serves while `run` runs:
///
/// ```swift
/// try await SharingEngine.withEngine(EngineConfiguration(connectionString: url)) { engine in
///     let receipt = try await engine.perform(.submit(request), as: context)
/// }
/// ```
public final class SharingEngine: Sendable {
    /// The policy that decides on share requests: the name in its file, and of its stream.
    public static let policyName = "device-sharing"

    let ledger: Ledger
    let pool: Pool
    /// For readiness, which must be known where all connections of the pool are lent, and takes none from commands.
    let healthPool: Pool
    let configuration: EngineConfiguration
    let queue: CommandQueue
    let processor: BatchProcessor
    let policies: ActivePolicy
    let clock: LedgerClock
    let loader: StateLoader
    let metrics: EngineMetrics
    let followers = FollowerProgress()
    let shelf = PolicyShelf()

    private init(ledger: Ledger, head: LedgerHead, pool: Pool, configuration: EngineConfiguration) {
        self.ledger = ledger
        self.pool = pool
        healthPool = Pool(configuration: configuration.pool(of: 1))
        self.configuration = configuration
        queue = CommandQueue(limits: configuration.limits)
        policies = ActivePolicy(EventReader(ledger: ledger, pool: pool))
        clock = LedgerClock(
            reading: configuration.time, tolerance: configuration.limits.clockTolerance, latest: head.recordedAt)
        loader = StateLoader(ledger: ledger, pool: pool)
        metrics = EngineMetrics(configuration.metrics)
        processor = BatchProcessor(
            ledger: ledger, pool: pool, cache: StreamCache(limit: configuration.limits.rememberedStreams), loader: loader,
            receipts: ReceiptReader(ledger: ledger, pool: pool), clock: clock, policies: policies,
            shadow: configuration.candidate.map {
                ShadowPolicy($0, limits: configuration.limits, logger: configuration.logger)
            }, limits: configuration.limits, logger: configuration.logger, metrics: metrics)
    }

    /// Connects to a migrated database. Throws `PostgreSQLError`, and `EventLogError` where the ledger is missing.
    public static func connect(_ configuration: EngineConfiguration) async throws -> SharingEngine {
        let pool = Pool(configuration: configuration.pool)
        do {
            let directory = LedgerDirectory(pool: pool)
            let ledger = try await directory.ledger(named: configuration.ledger)
            let head = try await directory.head(of: ledger)
            let engine = SharingEngine(ledger: ledger, head: head, pool: pool, configuration: configuration)
            try await engine.compareClock()
            try await engine.policies.refresh()
            return engine
        } catch {
            await pool.shutdown()
            throw error
        }
    }

    /// Connects, serves for as long as `body` runs, and stops: what was taken is seen through.
    public static func withEngine<Value: Sendable>(
        _ configuration: EngineConfiguration, _ body: @Sendable @escaping (SharingEngine) async throws -> Value
    ) async throws -> Value {
        let engine = try await connect(configuration)
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                try await engine.run()
                return nil
            }
            group.addTask { try await body(engine) }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                guard let value = result else { continue }
                group.cancelAll()
                while try await group.next() != nil {}
                return value
            }
            throw EngineError(.stopped)
        }
    }

    /// Carries a command out and answers once its events are committed. Throws `SharingError` where it is refused, and
    /// `EngineError` where it could not be carried out.
    public func perform(_ command: Command, as context: CommandContext) async throws -> Receipt {
        try await metrics.command(command) {
            try await CommandSpan.run(command, context) { try await queue.perform(CommandEnvelope(command, $0)) }
        }
    }
}

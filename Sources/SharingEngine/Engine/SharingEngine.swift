import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog
import Logging
import PostgreSQL
import SharingLog

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
    /// The log that the engine works on, for those who read it, verify it, seal it or send its events.
    public let log: LedgerHandle
    /// For readiness, which must be known where all connections of the pool are lent, and takes none from commands.
    let healthPool: Pool
    let configuration: EngineConfiguration
    let queue: CommandQueue
    let processor: BatchProcessor
    let memory: EngineMemory
    let loader: StateLoader
    let metrics: EngineMetrics
    let growth: GrowthNotifier
    let followers = FollowerProgress()
    let policyCache = PolicyCache()

    var ledger: Ledger { log.ledger }
    var pool: Pool { log.pool }
    var clock: LedgerClock { log.clock }
    var policies: ActivePolicy { memory.policies }

    private init(log: LedgerHandle, configuration: EngineConfiguration) {
        self.log = log
        self.configuration = configuration
        healthPool = Pool(configuration: log.settings.pool(of: 1))
        queue = CommandQueue(limits: configuration.limits)
        metrics = EngineMetrics(configuration.metrics)
        memory = EngineMemory(
            ledger: log.ledger, pool: log.pool, rememberedStreams: configuration.limits.rememberedStreams,
            logger: configuration.logger,
            countRewind: metrics.logRewound)
        loader = StateLoader(ledger: log.ledger, memory: memory)
        growth = GrowthNotifier(ledger: log.ledger, pool: log.pool, logger: configuration.logger)
        processor = BatchProcessor(
            ledger: log.ledger, memory: memory, loader: loader, growth: growth,
            receipts: ReceiptReader(ledger: log.ledger, pool: log.pool), clock: log.clock,
            shadow: configuration.candidate.map {
                ShadowPolicy($0, limits: configuration.limits, logger: configuration.logger)
            }, limits: configuration.limits, logger: configuration.logger, metrics: metrics)
    }

    /// Connects to a migrated database. Throws `PostgreSQLError`, and `EventLogError` where the ledger is missing.
    public static func connect(_ configuration: EngineConfiguration) async throws -> SharingEngine {
        let log = try await LedgerHandle.connect(configuration.settings)
        do {
            let engine = SharingEngine(log: log, configuration: configuration)
            try await engine.memory.refreshPolicy()
            return engine
        } catch {
            await log.pool.shutdown()
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

import SharingLog

/// Seals a ledger: signs its tree as it grows, when it is told to or for as long as it runs.
///
/// ```swift
/// try await SealingService(engine.log, SealingConfiguration(signers: [key])).run { ... }
/// ```
public struct SealingService: Sendable {
    let log: LedgerHandle
    private let configuration: SealingConfiguration
    private let note: SealingNote?

    /// - Parameter note: where `run` notes what became of each attempt; nil where nobody asks.
    public init(_ log: LedgerHandle, _ configuration: SealingConfiguration, note: SealingNote? = nil) {
        self.log = log
        self.configuration = configuration
        self.note = note
    }

    /// Seals until the task is cancelled. A refusal to sign is logged as critical, at most once a minute, and tried again.
    public func run() async {
        var failure = RepeatedFailure(log.settings.logger, level: .critical, "the log was not sealed")
        while !Task.isCancelled {
            var pause = configuration.interval
            do {
                // At once again while there is more than one checkpoint takes.
                while try await seal() != nil, !Task.isCancelled {}
                note?.note(nil)
                failure.end()
            } catch {
                if Task.isCancelled { return }
                pause = configuration.retryInterval
                note?.note(EngineError(caught: error).code)
                failure.log(error)
            }
            // Cancellation ends the sleep, and then the loop.
            try? await Task.sleep(for: pause)
        }
    }

    /// Seals for as long as `body` runs. Throws what `body` throws.
    public func run<Value: Sendable>(while body: @Sendable () async throws -> Value) async throws -> Value {
        // Cancelled, and waited for, where `body` ends.
        async let _: Void = run()
        return try await body()
    }

    /// Signs what was appended since the last checkpoint; nil where nothing was, or where another process seals just now. Throws
    /// `sealing-not-configured` where there is no key, and what `EngineError` calls `log-shrunk`, `log-rewritten`, `tree-damaged`,
    /// `checkpoint-untrusted`, `witness-unusable` and `witnesses-missing`.
    @discardableResult
    public func seal() async throws -> SealedCheckpoint? {
        guard !configuration.signers.isEmpty else { throw EngineError(.sealingNotConfigured) }
        return try await Sealer(
            ledger: log.ledger, pool: log.pool, configuration: configuration, clock: log.settings.time
        ).seal()
    }
}

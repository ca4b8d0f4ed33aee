/// Seals for as long as the engine runs.
struct SealingService: Sendable {
    let engine: SharingEngine

    func run() async {
        guard engine.configuration.sealing != nil else { return }
        while !Task.isCancelled {
            var pause = engine.configuration.limits.sealingInterval
            do {
                // At once again while there is more than one checkpoint takes.
                while try await engine.seal() != nil, !Task.isCancelled {}
            } catch {
                if Task.isCancelled { return }
                pause = engine.configuration.limits.sealingRetryInterval
                engine.configuration.logger.critical("the log was not sealed", metadata: ["error": "\(error)"])
            }
            // Cancellation ends the sleep, and then the loop.
            try? await Task.sleep(for: pause)
        }
    }
}

extension SharingEngine {
    /// Signs what was appended since the last checkpoint; nil where nothing was, or where another process seals just now. The
    /// engine does this by itself while it runs; a caller need not. Throws `sealing-not-configured`, and what makes the
    /// engine refuse to sign.
    @discardableResult
    public func seal() async throws -> SealedCheckpoint? {
        guard let sealing = configuration.sealing, !sealing.signers.isEmpty else {
            throw EngineError(.sealingNotConfigured)
        }
        return try await Sealer(
            ledger: ledger, pool: pool, configuration: sealing, mostEvents: Int64(configuration.limits.sealedEvents),
            clock: configuration.time
        ).seal()
    }
}

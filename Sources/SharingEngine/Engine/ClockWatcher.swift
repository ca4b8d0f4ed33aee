import Canonical
import PostgreSQL

/// Compares this machine's clock with the database's, as often as policies are looked for. A clock that is ahead would let
/// pending requests lapse and idempotency keys be forgotten before their time, and then nothing could be recorded until the
/// time that it recorded has come.
struct ClockWatcher: Sendable {
    let engine: SharingEngine

    func run() async {
        while !Task.isCancelled {
            // Cancellation ends the sleep, and then the loop.
            try? await Task.sleep(for: engine.configuration.limits.policyInterval)
            if Task.isCancelled { return }
            do {
                try await engine.compareClock()
            } catch {
                if Task.isCancelled { return }
                engine.configuration.logger.warning("the database's clock could not be read", metadata: ["error": "\(error)"])
            }
        }
    }
}

extension SharingEngine {
    /// Nothing where the clock is injected: then it is meant to say what it says.
    func compareClock() async throws {
        guard configuration.clock == nil else { return }
        let earlier = configuration.time()
        let result = try await pool.withConnection { try await $0.query("SELECT clock_timestamp()") }
        guard let row = result.rows.first else { return }
        clock.compare(earlier, with: try row.decode(0))
    }
}

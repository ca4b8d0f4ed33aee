import Canonical
import PostgreSQL

extension SharingEngine {
    /// The time as decisions take it. Throws `clock-behind` and `clock-ahead`.
    public func now() throws(EngineError) -> Timestamp { try clock.now() }

    /// Compares this machine's clock with the database's. One that is ahead would let pending requests lapse and idempotency keys
    /// be forgotten before their time, and then nothing could be recorded until the time that it recorded has come. Nothing where
    /// the clock is injected: then it is meant to say what it says.
    func compareClock() async throws {
        guard configuration.clock == nil else { return }
        let earlier = configuration.time()
        let result = try await pool.withConnection { try await $0.query("SELECT clock_timestamp()") }
        guard let row = result.rows.first else { return }
        clock.compare(earlier, with: try row.decode(0))
    }
}

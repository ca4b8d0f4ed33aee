import Canonical
import PostgreSQL
import SharingLog

/// Forgets idempotency keys past their retention, a few at a time, so that no append waits for it.
struct IdempotencySweeper: Sendable {
    private static let batch: Int32 = 10_000

    let engine: SharingEngine

    func run() async {
        var failure = RepeatedFailure(engine.configuration.logger, "old idempotency keys could not be removed")
        while !Task.isCancelled {
            do {
                let count = try await engine.forgetIdempotencyKeys(limit: Self.batch)
                failure.end()
                if count == Int64(Self.batch) { continue }
            } catch {
                if Task.isCancelled { return }
                failure.log(error)
            }
            // Cancellation ends the sleep, and then the loop.
            try? await Task.sleep(for: engine.configuration.limits.idempotencyInterval)
        }
    }
}

extension SharingEngine {
    /// Removes keys past their retention, at most `limit`, and returns how many.
    func forgetIdempotencyKeys(limit: Int32) async throws -> Int64 {
        let retention = configuration.limits.idempotencyRetention
        let before = try clock.now().advanced(by: .zero - retention)
        let result = try await pool.withConnection { [ledger] connection in
            try await connection.query("SELECT devshare.idempotency_forget($1, $2, $3)", ledger.key, before, limit)
        }
        return try result.rows.first?.decode(0) ?? 0
    }
}

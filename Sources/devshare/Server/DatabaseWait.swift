import Logging
import PostgreSQL

/// Waits for a database that starts later than the server, as where both start with their machines.
struct DatabaseWait {
    /// What may be set, in seconds.
    static let seconds = 0...86_400

    private static let firstPause = Duration.milliseconds(100)
    private static let maximumPause = Duration.seconds(2)
    /// How often the log says what is waited for, beside each time when the reason changes.
    private static let logInterval = Duration.seconds(10)

    /// For one try; a host that is silent holds up the next one no longer.
    private static let connectTimeout = Duration.seconds(5)

    let time: Duration
    let logger: Logger

    /// Returns once a session was made. Throws what the last try threw where the time is over, and at once what time does not mend;
    /// `cancelled` or `CancellationError` where the task is.
    func run(_ connectionString: String) async throws {
        let configuration = ConnectionConfiguration(
            connectionString: connectionString, connectTimeout: Self.connectTimeout, logger: logger)
        let end = ContinuousClock.now + time
        var pause = Self.firstPause
        var told: (reason: String, at: ContinuousClock.Instant)?
        while true {
            do {
                try await Connection.withConnection(configuration) { _ in }
                if told != nil { logger.notice("the database is there") }
                return
            } catch let error as PostgreSQLError where error.isRetryable && .now < end {
                let reason = "\(error)"
                if told.map({ $0.reason != reason || .now - $0.at >= Self.logInterval }) ?? true {
                    let left = max(ContinuousClock.now.duration(to: end), .zero).components.seconds
                    logger.warning(
                        "waiting for the database", metadata: ["error": "\(reason)", "seconds-left": "\(left)"])
                    told = (reason, .now)
                }
            }
            try await Task.sleep(for: min(pause, max(ContinuousClock.now.duration(to: end), .zero)))
            pause = min(pause * 2, Self.maximumPause)
        }
    }
}

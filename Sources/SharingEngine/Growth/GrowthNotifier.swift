import EventLog
import Logging
import PostgreSQL
import SharingLog
import Synchronization

/// Tells readers of the log, in this process and in others, that the log has grown.
///
/// A notification is sent after the commit, and not by the append's own transaction: PostgreSQL holds one lock for all that notify
/// until they have committed, so that the ledgers of a server would wait for one another's disk. Growth while a notification is on
/// its way is told by the next. One that is lost costs time alone, since readers look by themselves every few seconds.
final class GrowthNotifier: Sendable {
    /// Between two notifications, so that many commits share one, and a caller who sends one command after the other does not
    /// compete with them.
    private static let pause: Duration = .milliseconds(10)

    private let ledger: Ledger
    private let pool: Pool
    private let logger: Logger
    /// Whether the log has grown since the last notification.
    private let isDue = Mutex(false)
    private let wakeUps: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    init(ledger: Ledger, pool: Pool, logger: Logger) {
        self.ledger = ledger
        self.pool = pool
        self.logger = logger
        (wakeUps, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Takes note of a commit.
    func grew() {
        isDue.withLock { $0 = true }
        wake.yield()
    }

    /// Notifies until the task is cancelled.
    func run() async {
        var failure = RepeatedFailure(logger, "readers of the log could not be told that it has grown")
        for await _ in wakeUps {
            do {
                try await notify()
                failure.end()
            } catch {
                if Task.isCancelled { return }
                failure.log(error)
            }
            // Cancellation ends the sleep, and then the loop.
            try? await Task.sleep(for: Self.pause)
        }
    }

    /// Notifies of what was committed since the last time, if anything was.
    func notify() async throws {
        let wasDue = isDue.withLock { isDue in
            defer { isDue = false }
            return isDue
        }
        guard wasDue else { return }
        do {
            _ = try await pool.withConnection { try await $0.query("SELECT pg_notify($1, '')", self.ledger.channel) }
        } catch {
            isDue.withLock { $0 = true }
            throw error
        }
    }
}

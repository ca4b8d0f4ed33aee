import Canonical
import DeviceSharing
import EventLog
import PostgreSQL

/// The log of one ledger, as everything reaches it that reads or writes it: the engine, auditors, sealing and webhooks.
///
/// A handle holds connections and a clock, and no state of the ledger: any number of handles, in any number of processes, work on
/// one ledger.
///
/// ```swift
/// try await LedgerHandle.withHandle(LedgerSettings(connectionString: url)) { log in
///     let newest = try await log.events(after: .start, limit: 10)
/// }
/// ```
public struct LedgerHandle: Sendable {
    package let ledger: Ledger
    package let pool: Pool
    package let settings: LedgerSettings
    package let clock: LedgerClock

    /// Connects to a migrated database. Throws `PostgreSQLError`, and `EventLogError` where the ledger is missing.
    package static func connect(_ settings: LedgerSettings) async throws -> LedgerHandle {
        let pool = Pool(configuration: settings.pool(of: settings.connections))
        do {
            let directory = LedgerDirectory(pool: pool)
            let ledger = try await directory.ledger(named: settings.ledger)
            let head = try await directory.head(of: ledger)
            let clock = LedgerClock(
                reading: settings.time, tolerance: settings.clockTolerance, isMachines: settings.comparesClock,
                latest: head.recordedAt)
            let handle = LedgerHandle(ledger: ledger, pool: pool, settings: settings, clock: clock)
            try await handle.compareClock()
            return handle
        } catch {
            await pool.shutdown()
            throw error
        }
    }

    /// Connects for as long as `body` runs. Throws `PostgreSQLError`, `EventLogError` where the ledger is missing, and what `body`
    /// throws.
    public static func withHandle<Value: Sendable>(
        _ settings: LedgerSettings, _ body: @Sendable (LedgerHandle) async throws -> Value
    ) async throws -> Value {
        let handle = try await connect(settings)
        do {
            let value = try await body(handle)
            await handle.pool.shutdown()
            return value
        } catch {
            await handle.pool.shutdown()
            throw error
        }
    }

    /// The ledger's name.
    public var name: String { ledger.name }

    package var reader: EventReader { EventReader(ledger: ledger, pool: pool) }

    /// Compares this machine's clock with the database's, and takes note of the ledger's time. A clock that is ahead would let pending
    /// requests lapse and idempotency keys be forgotten before their time, and then nothing could be recorded until the time that it
    /// recorded has come. A clock that is injected is meant to say what it says, and is not compared.
    package func compareClock() async throws {
        let (known, earlier) = (clock.latest, settings.time())
        let times = try await pool.withConnection { [ledger] in try await LedgerTimes.read(ledger, on: $0) }
        if settings.comparesClock { clock.compare(earlier, with: times.database) }
        clock.follow(times.latest, knowing: known)
    }
}

/// Reading the log.
extension LedgerHandle {
    /// Where the ledger ends.
    public func head() async throws -> Position { try await LedgerDirectory(pool: pool).head(of: ledger).position }

    /// All that happened to one user, device, request or policy, in order. Throws `event-unreadable`.
    public func history(of stream: StreamID) async throws -> [LedgerEvent] {
        try await reader.stream(stream.name).map(LedgerEvent.init)
    }

    /// Events behind a position, in order. Throws `event-unreadable`.
    /// - Parameter limit: 1 to 10,000.
    public func events(after position: Position, limit: Int = 1_000) async throws -> [LedgerEvent] {
        try await reader.events(after: position, limit: limit).map(LedgerEvent.init)
    }
}

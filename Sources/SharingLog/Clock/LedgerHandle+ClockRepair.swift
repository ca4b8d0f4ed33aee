import Canonical
import DeviceSharing
import EventLog
import PostgreSQL

extension LedgerHandle {
    /// Records that the log goes on with the time of the clock, where the newest event has a time that has not come: until it came,
    /// every right clock would be refused as `clock-behind`. Engines that run take note within the interval in which they compare
    /// clocks (a second). Nothing of what was recorded changes.
    ///
    /// Returns nil, and records nothing, where the newest event is not further ahead than clocks may be.
    /// - Parameters:
    ///   - reason: 1 to 1,000 characters, which stay for ever.
    ///   - context: who acts, as an operator.
    /// - Throws: `clock-ahead` or `clock-behind` where this machine's clock and the database's differ by more than the tolerance, since
    ///   one of them is wrong still; `invalid-input`; `database-unavailable` and other `EngineError`s.
    public func repairClock(reason: String, as context: CommandContext) async throws -> RecordedClockRepair? {
        try context.validate()
        guard context.actor.role == .operator else {
            throw SharingError.notPermitted(role: context.actor.role, attempted: "repair-clock")
        }
        guard ClockRepair.reasonLengths.contains(reason.unicodeScalars.count), !reason.utf8.contains(0),
            !reason.allSatisfy(\.isWhitespace)
        else {
            throw SharingError.invalidInput(field: "reason", problem: "must have 1 to 1000 characters, none of them zero")
        }
        let moment = try await pool.withConnection { [ledger] in try await LedgerTimes.read(ledger, on: $0) }
        guard try requiresRepair(moment) else { return nil }
        let first = try await position(at: moment.database).advanced(by: 1)
        do {
            let position = try await pool.withConnection { connection in
                try await connection.transaction { connection -> Position? in
                    // The next statement locks the ledger: a program that is stopped in between must not keep it.
                    try await connection.execute(script: "SET LOCAL idle_in_transaction_session_timeout = '5s'")
                    // Locks the ledger, so that what is found holds for the append.
                    _ = try await connection.query(
                        Statement("SELECT devshare.anchor_check($1, '{}', '{}')", [ledger.key]))
                    let now = try await LedgerTimes.read(ledger, on: connection)
                    guard try requiresRepair(now), let latest = now.latest else { return nil }
                    let repair = ClockRepair(firstPosition: first.rawValue, latest: latest, reason: reason)
                    let appended = try await SingleAppend(ledger: ledger, stream: .clock, context: context)
                        .append(.clock(.repaired(repair)), at: now.database, on: connection)
                    guard let position = appended.position else { throw EngineError(.overloaded) }
                    return position
                }
            }
            try await compareClock()
            guard let position else { return nil }
            return try await events(after: position.advanced(by: -1), limit: 1).first.flatMap(RecordedClockRepair.init)
        } catch let error as PostgreSQLError {
            throw EngineError(error, duringCommit: true)
        }
    }

    /// Whether the ledger is further ahead of the database's clock than clocks may be. Throws where two clocks that should both be
    /// right differ.
    private func requiresRepair(_ times: LedgerTimes) throws(EngineError) -> Bool {
        if settings.comparesClock {
            let machine = settings.time()
            let lead = machine.duration(since: times.database)
            let difference = "this machine's clock says \(machine), the database's \(times.database)"
            guard lead <= LedgerClock.maximumLead(within: settings.clockTolerance) else {
                throw EngineError(clockAheadBy: lead, "\(difference); set the one that is wrong right first")
            }
            guard lead >= .zero - settings.clockTolerance else {
                throw EngineError(.clockBehind, "\(difference); set the one that is wrong right first")
            }
        }
        guard let latest = times.latest else { return false }
        return latest.duration(since: times.database) > LedgerClock.disorder
    }
}

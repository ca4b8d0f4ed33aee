import PostgreSQL

/// For how long a swap waits for those who use the read models.
struct SwapRetryPolicy: Sendable {
    /// For each live table. Who comes meanwhile waits as long, commands too, so it is short.
    var lock: Duration = .milliseconds(200)
    var attempts = 60
    /// Between attempts.
    var pause: Duration = .seconds(2)
}

extension ReadModelRebuild {
    /// Puts the fresh tables in the place of the live ones.
    func swap(since first: [Head], on connection: Connection) async throws {
        var heads = first
        for _ in 0..<patience.attempts {
            heads = try await catchUp(since: heads, on: connection)
            if try await trySwap(since: heads, on: connection) { return }
            try await Task.sleep(for: patience.pause)
        }
        throw EngineError(
            .databaseUnavailable,
            "the read models are in use without a pause, perhaps by `devshare audit verify`; try again when that is done")
    }

    /// False where a table is in use: then all is as it was.
    ///
    /// The tables' own locks are enough. An append writes its events before its rows: once nobody but us can write rows, what
    /// is committed has rows and events both, and what is not writes its rows to the fresh tables when we are done. Ledgers are
    /// not locked, since an append that has its ledger and waits for a table would then wait for us, and we for it. Tables are
    /// locked in the order in which appends write them.
    private func trySwap(since heads: [Head], on connection: Connection) async throws -> Bool {
        do {
            try await connection.transaction { connection in
                try await connection.execute(script: Self.keepVacuumAway)
                let now = try await catchUp(since: heads, on: connection)
                try await connection.execute(script: lockTables)
                _ = try await catchUp(since: now, on: connection)
                _ = try await connection.query("SELECT devshare.rebuild_swap()")
            }
            return true
        } catch let error as PostgreSQLError where Self.isRefusedLock(error) {
            return false
        }
    }

    /// A vacuum lets go of a table only to who has waited for a second. This lock stops neither commands nor readers.
    private static let keepVacuumAway = """
        SET LOCAL lock_timeout = 10000;
        LOCK TABLE devshare.share_request, devshare.directory_user, devshare.device,
                   devshare_rebuild.share_request, devshare_rebuild.directory_user, devshare_rebuild.device
                IN SHARE UPDATE EXCLUSIVE MODE
        """

    /// The view first: who reads it has it before its table.
    private var lockTables: String {
        """
        SET LOCAL lock_timeout = \(Int(patience.lock / Duration.milliseconds(1)));
        LOCK TABLE devshare.sharing, devshare.share_request, devshare.directory_user, devshare.device IN ACCESS EXCLUSIVE MODE
        """
    }

    private static func isRefusedLock(_ error: PostgreSQLError) -> Bool {
        error.sqlState == .lockNotAvailable || error.sqlState == .deadlockDetected
    }
}

import PostgreSQL

extension Connection {
    /// Takes an advisory lock for as long as the connection lives. False where somebody else has it.
    ///
    /// It waits a little: the server may not have noticed yet that who had it before is done and gone.
    package func takeSessionLock(_ kind: Int32, _ key: Int32) async throws(PostgreSQLError) -> Bool {
        do {
            try await execute(
                script: "BEGIN; SET LOCAL lock_timeout = 1000; SELECT pg_advisory_lock(\(kind), \(key)); COMMIT")
            return true
        } catch  where error.sqlState == .lockNotAvailable {
            return false
        }
    }
}

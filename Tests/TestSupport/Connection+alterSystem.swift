import PostgreSQL

extension Connection {
    /// Changes a setting of the whole server, such as `synchronous_standby_names = ''`, which takes effect a moment later.
    package func alterSystem(_ setting: String) async throws {
        // By themselves: the first may be in no transaction.
        try await execute(script: "ALTER SYSTEM SET \(setting)")
        try await execute(script: "SELECT pg_reload_conf()")
    }
}

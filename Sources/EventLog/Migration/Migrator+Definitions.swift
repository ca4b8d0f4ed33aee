import PostgreSQL

extension Migrator {
    /// Applies the repeatable files whose digests have changed, or all of them where privileges are not what they gave last, and
    /// records the result. Throws `migration-unknown` where a newer program has applied its own.
    func applyDefinitions(_ connection: Connection) async throws -> [Definition] {
        let state = try await SchemaState.recorded(connection)
        if let state, state.compatibility > files.compatibility.number {
            throw EventLogError(
                .migrationUnknown,
                "the database has compatibility \(state.compatibility), this program's is \(files.compatibility.number): "
                    + "migrate with the newest program")
        }
        let recorded = try await Self.recordedDigests(connection)
        let isWhole = try await SchemaPrivileges.current(connection) == state?.privileges
        let due = files.definitions.filter { !isWhole || recorded[$0.name] != $0.digest.bytes }
        for definition in due { try await run(definition.name, definition.sql, connection) }
        try await refuseOverloads(connection)

        for definition in due {
            _ = try await connection.query(
                """
                INSERT INTO devshare.definition (name, digest) VALUES ($1, $2)
                ON CONFLICT (name) DO UPDATE SET digest = excluded.digest, applied_at = clock_timestamp()
                """, definition.name, definition.digest.bytes)
        }
        _ = try await connection.query(
            "DELETE FROM devshare.definition WHERE name <> ALL ($1)", files.definitions.map(\.name))
        let now = SchemaState(
            compatibility: files.compatibility.number, privileges: try await SchemaPrivileges.current(connection))
        if now != state { try await now.record(connection) }
        return due
    }

    private static func recordedDigests(_ connection: Connection) async throws -> [String: [UInt8]] {
        var digests: [String: [UInt8]] = [:]
        for row in try await connection.query("SELECT name, digest FROM devshare.definition").rows {
            digests[try row.decode(0)] = try row.decode(1, as: [UInt8].self)
        }
        return digests
    }

    /// Throws `migration-failed` where a function has two signatures. Programs of the release before still call the old one, so
    /// the new one must have another name.
    private func refuseOverloads(_ connection: Connection) async throws {
        let overloaded = try await connection.query(
            """
            SELECT p.proname::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
             WHERE n.nspname = 'devshare' GROUP BY p.proname HAVING count(*) > 1 ORDER BY 1 LIMIT 1
            """
        ).rows.first
        guard let overloaded else { return }
        throw EventLogError(
            .migrationFailed,
            "the function \(try overloaded.decode(0, as: String.self)) would have two signatures: "
                + "give the new one another name, and drop the old one in the next release")
    }
}

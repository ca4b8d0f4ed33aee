import PostgreSQL

/// The row of `devshare.schema_state`: what the last migration left.
struct SchemaState: Hashable, Sendable {
    let compatibility: Int32
    let privileges: SchemaPrivileges

    /// Nil where no migration has come to its end.
    static func recorded(_ connection: Connection) async throws -> SchemaState? {
        guard try await connection.query("SELECT to_regclass('devshare.schema_state') IS NOT NULL").rows[0].decode(0),
            let row = try await connection.query("SELECT compatibility, privileges FROM devshare.schema_state").rows.first
        else { return nil }
        return SchemaState(
            compatibility: try row.decode(0), privileges: SchemaPrivileges(lines: Set(try row.decode(1, as: [String].self))))
    }

    func record(_ connection: Connection) async throws {
        _ = try await connection.query(
            """
            INSERT INTO devshare.schema_state (compatibility, privileges) VALUES ($1, $2)
            ON CONFLICT (is_only) DO UPDATE
               SET compatibility = excluded.compatibility, privileges = excluded.privileges, migrated_at = clock_timestamp()
            """, compatibility, privileges.lines.sorted())
    }
}

extension SchemaCompatibility {
    /// Throws `migration-pending` where a program of this compatibility must migrate the database first, since its schema is too
    /// old or privileges are missing, and `migration-unknown` where the database is too new for it. Changes nothing.
    package func verify(_ connection: Connection) async throws {
        do {
            guard let state = try await SchemaState.recorded(connection) else {
                throw EventLogError(
                    .migrationPending, "the database does not have the schema of this program: \(Self.remedy)")
            }
            try check(state.compatibility)
            try await state.privileges.checkThatNothingIsMissing(connection)
        } catch let error as PostgreSQLError where error.sqlState == .insufficientPrivilege {
            throw EventLogError(
                .migrationPending,
                "the database's user may not read the schema: make it a member of devshare_app, or, after a restore, "
                    + Self.remedy)
        }
    }
}

import PostgreSQL

/// What the application's role and the public may do with the objects of schema `devshare`, object by object.
///
/// A restored dump says of every file that it was applied, but has no role and no grants where the server had no role
/// `devshare_app`. So a migration records what its files gave, and compares.
struct SchemaPrivileges: Hashable, Sendable {
    /// The objects (`table event`), and a line for each privilege (`devshare_app SELECT ON table event`).
    let lines: Set<String>

    /// Functions by name and number of arguments, so that no line depends on the search path.
    private static let query = """
        WITH object (name, acl) AS (
            SELECT 'schema ' || nspname, coalesce(nspacl, acldefault('n', nspowner))
              FROM pg_namespace WHERE nspname = 'devshare'
            UNION ALL
            SELECT 'table ' || c.relname, coalesce(c.relacl, acldefault('r', c.relowner))
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = 'devshare' AND c.relkind IN ('r', 'p', 'v', 'm')
            UNION ALL
            SELECT 'function ' || p.proname || '/' || p.pronargs, coalesce(p.proacl, acldefault('f', p.proowner))
              FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
             WHERE n.nspname = 'devshare')
        SELECT name FROM object
        UNION
        SELECT coalesce(r.rolname, 'PUBLIC') || ' ' || a.privilege_type || ' ON ' || o.name
          FROM object o CROSS JOIN LATERAL aclexplode(o.acl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
         WHERE a.grantee = 0 OR r.rolname = 'devshare_app'
        """

    /// Those of now.
    static func current(_ connection: Connection) async throws -> SchemaPrivileges {
        let rows = try await connection.query("\(query)").rows
        return SchemaPrivileges(lines: Set(try rows.map { try $0.decode(0, as: String.self) }))
    }

    /// Throws `migration-pending`, which names one, where privileges are missing that a migration gave.
    func checkThatNothingIsMissing(_ connection: Connection) async throws {
        let missing = lines.subtracting(try await Self.current(connection).lines)
        guard let first = missing.min() else { return }
        throw EventLogError(
            .migrationPending,
            "\(missing.count) privileges or objects of the schema are missing, such as \"\(first)\": "
                + SchemaCompatibility.remedy)
    }
}

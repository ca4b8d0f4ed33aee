import PostgreSQL

/// Brings a database to the schema of this program. Safe to run from several processes at once: they take turns.
///
/// Numbered files are applied once, each in a transaction of its own. Then the repeatable files that have changed are applied
/// in one transaction, so that no caller meets half of them.
package struct Migrator: Sendable {
    /// Key of the advisory lock that migrating processes queue for ("devshare" in ASCII).
    private static let lock: Int64 = 0x6465_7673_6861_7265

    package let files: SchemaFiles

    /// Takes the files of `Schema/`, as `SchemaFiles` does.
    package init(files: [(name: String, text: String)]) throws(EventLogError) {
        self.files = try SchemaFiles(files: files)
    }

    /// Applies what is missing or has changed, and returns what was applied. Throws `migration-changed`, `migration-unknown` or
    /// `schema-foreign` where the database and the files disagree (then nothing is applied), and `migration-failed` where the
    /// database refuses a file (then the numbered ones before it stay applied).
    package func migrate(_ connection: Connection) async throws -> MigrationReport {
        var report = MigrationReport()
        while true {
            let step = try await takeStep(connection)
            report.adopted = report.adopted ?? step.report.adopted
            report.migrations += step.report.migrations
            report.definitions += step.report.definitions
            if step.isLast { return report }
        }
    }

    /// Throws unless this program can work with the database as it is: see `SchemaCompatibility.verify`.
    package func verify(_ connection: Connection) async throws { try await files.compatibility.verify(connection) }

    /// Adopts an older schema, or applies the first numbered file that is missing, or, if there is none, the repeatable files
    /// that have changed. The lock ends with the transaction, however that ends; another process may come between two steps,
    /// which is why each looks up again what is missing.
    private func takeStep(_ connection: Connection) async throws -> (report: MigrationReport, isLast: Bool) {
        try await connection.transaction { connection in
            // Neither the wait for another process nor a migration has a limit in time.
            try await connection.execute(script: "SET LOCAL statement_timeout = 0")
            _ = try await connection.query("SELECT pg_advisory_xact_lock($1)", Self.lock)
            var known = try await Self.records(connection)
            if known.isEmpty { try await Self.refuseForeignSchema(connection) }

            var report = MigrationReport()
            if let adoption = files.adoption {
                switch adoption.finding(known) {
                case .other: break
                case .unusable(let reason): throw EventLogError(.schemaForeign, reason)
                case .whole: report.adopted = adoption.name
                }
            }
            try await run(files.bootstrap.name, files.bootstrap.sql, connection)
            if let adoption = files.adoption, report.adopted != nil {
                try await adopt(adoption, connection)
                known = try await Self.records(connection)
            }
            try check(known)
            for migration in files.migrations where known[migration.number] == nil {
                try await apply(migration, connection)
                report.migrations.append(migration)
                // An adoption is whole or not at all, so it goes on within the transaction.
                if report.adopted == nil { return (report, false) }
            }
            report.definitions = try await applyDefinitions(connection)
            return (report, true)
        }
    }

    // MARK: Numbered files

    private func apply(_ migration: Migration, _ connection: Connection) async throws {
        try await run(migration.name, migration.sql, connection)
        try await record(migration, connection)
    }

    private func record(_ migration: Migration, _ connection: Connection) async throws {
        _ = try await connection.query(
            "INSERT INTO devshare.migration (number, name, digest) VALUES ($1, $2, $3)",
            migration.number, migration.name, migration.digest.bytes)
    }

    /// Makes an old schema what the numbered files of the baseline make, and records these in the place of the old ones.
    private func adopt(_ adoption: Adoption, _ connection: Connection) async throws {
        try await run(adoption.name, adoption.sql, connection)
        try await connection.execute(script: "DELETE FROM devshare.migration")
        for migration in files.migrations.prefix(adoption.baseline.count) { try await record(migration, connection) }
    }

    private static func records(_ connection: Connection) async throws -> [Int32: MigrationRecord] {
        guard try await connection.query("SELECT to_regclass('devshare.migration') IS NOT NULL").rows[0].decode(0) else {
            return [:]
        }
        var records: [Int32: MigrationRecord] = [:]
        for row in try await connection.query("SELECT number, name, digest FROM devshare.migration").rows {
            records[try row.decode(0)] = MigrationRecord(name: try row.decode(1), digest: try row.decode(2))
        }
        return records
    }

    /// Throws `schema-foreign` where schema `devshare` holds what no migration is recorded of.
    private static func refuseForeignSchema(_ connection: Connection) async throws {
        let found = try await connection.query(
            """
            SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = 'devshare' AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
               AND c.relname NOT IN ('migration', 'definition', 'schema_state')
            UNION ALL
            SELECT p.proname::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'devshare'
             ORDER BY 1 LIMIT 1
            """
        ).rows.first
        guard let found else { return }
        throw EventLogError(
            .schemaForeign,
            "the database has a schema devshare with \(try found.decode(0, as: String.self)) in it, and no record of a "
                + "migration: name another database, or restore the records of devshare.migration")
    }

    private func check(_ known: [Int32: MigrationRecord]) throws(EventLogError) {
        for migration in files.migrations where known[migration.number] == nil {
            guard let later = known.filter({ $0.key > migration.number }).min(by: { $0.key < $1.key }) else { break }
            throw EventLogError(
                .migrationMisnumbered, "the database has \(later.value.name), but not \(migration.name) that comes before it")
        }
        for (number, record) in known.sorted(by: { $0.key < $1.key }) {
            guard let migration = files.migrations.first(where: { $0.number == number }) else {
                throw EventLogError(
                    .migrationUnknown,
                    "the database has \(record.name), which this program does not know: use a newer program")
            }
            guard migration.digest.bytes == record.digest else {
                throw EventLogError(
                    .migrationChanged,
                    "\(migration.name) is not what was applied as \(record.name): restore it and add a new migration")
            }
        }
    }

    // MARK: SQL

    func run(_ name: String, _ sql: String, _ connection: Connection) async throws {
        do {
            try await connection.execute(script: sql)
        } catch {
            guard error.code == .statementFailed, !error.isRetryable else { throw error }
            let remedy = error.sqlState == .insufficientPrivilege ? ". " + Self.whoMayMigrate : ""
            throw EventLogError(.migrationFailed, "\(name): \(error)\(remedy)")
        }
    }

    private static let whoMayMigrate = """
        Migrate as the owner of the database. Where its server has no role devshare_app yet, that owner needs CREATEROLE, or a \
        superuser runs CREATE ROLE devshare_app NOLOGIN once
        """
}

import Canonical
import PostgreSQL

/// Brings a database to the schema of this program. Safe to run from several processes at once: they take turns.
package struct Migrator: Sendable {
    /// Key of the advisory lock that migrating processes queue for ("devshare" in ASCII).
    private static let lock: Int64 = 0x6465_7673_6861_7265

    private let bootstrap: Migration
    private let migrations: [Migration]

    /// Takes the files of `Schema/`. Throws `migration-misnumbered` unless they are numbered 0, 1, 2, 3 …
    package init(files: [(name: String, text: String)]) throws(EventLogError) {
        var all: [Migration] = []
        for file in files {
            guard let migration = Migration(name: file.name, sql: file.text) else {
                throw EventLogError(
                    .migrationMisnumbered, "\(file.name) has no number: name it like 0001_what_it_does.sql")
            }
            all.append(migration)
        }
        all.sort { $0.number < $1.number }
        for (expected, migration) in all.enumerated() where migration.number != Int32(expected) {
            throw EventLogError(
                .migrationMisnumbered, "\(migration.name) has number \(migration.number) where \(expected) is due")
        }
        guard let first = all.first else {
            throw EventLogError(.migrationMisnumbered, "there are no migrations")
        }
        bootstrap = first
        migrations = Array(all.dropFirst())
    }

    /// Applies what is missing, each migration in a transaction of its own, and returns what was applied. Throws
    /// `migration-changed` or `migration-unknown` where the database and the files disagree (then nothing is applied), and
    /// `migration-failed` where the database refuses one (then those before it stay applied).
    package func migrate(_ connection: Connection) async throws -> [Migration] {
        var applied: [Migration] = []
        while let migration = try await applyNext(connection) { applied.append(migration) }
        return applied
    }

    /// Applies the first migration that is missing. The lock ends with the transaction, however that ends; another process
    /// may come between two migrations, which is why what is missing is looked up anew.
    private func applyNext(_ connection: Connection) async throws -> Migration? {
        try await connection.transaction { connection in
            // Neither the wait for another process nor a migration has a limit in time.
            try await connection.execute(script: "SET LOCAL statement_timeout = 0")
            _ = try await connection.query("SELECT pg_advisory_xact_lock($1)", Self.lock)
            try await run(bootstrap, connection)
            let known = try await recorded(connection)
            try check(known)
            guard let migration = migrations.first(where: { known[$0.number] == nil }) else { return nil }
            try await run(migration, connection)
            _ = try await connection.query(
                "INSERT INTO devshare.migration (number, name, digest) VALUES ($1, $2, $3)",
                migration.number, migration.name, migration.digest.bytes)
            return migration
        }
    }

    private func run(_ migration: Migration, _ connection: Connection) async throws {
        do {
            try await connection.execute(script: migration.sql)
        } catch {
            guard error.code == .statementFailed, !error.isRetryable else { throw error }
            let remedy = error.sqlState == .insufficientPrivilege ? ". " + Self.whoMayMigrate : ""
            throw EventLogError(.migrationFailed, "\(migration.name): \(error)\(remedy)")
        }
    }

    private static let whoMayMigrate = """
        Migrate as the owner of the database. Where its server has no role devshare_app yet, that owner needs CREATEROLE, or a \
        superuser runs CREATE ROLE devshare_app NOLOGIN once
        """

    /// Throws `migration-pending` unless the database has every migration, `migration-changed` or `migration-unknown` where
    /// it has others. Changes nothing.
    package func verify(_ connection: Connection) async throws {
        let present: Bool = try await connection.query("SELECT to_regclass('devshare.migration') IS NOT NULL")
            .rows[0].decode(0)
        let known = present ? try await recorded(connection) : [:]
        try check(known)
        if let pending = migrations.first(where: { known[$0.number] == nil }) {
            throw EventLogError(
                .migrationPending, "the database lacks \(pending.name): run `devshare migrate` as its owner")
        }
    }

    private func recorded(_ connection: Connection) async throws -> [Int32: (name: String, digest: [UInt8])] {
        var recorded: [Int32: (name: String, digest: [UInt8])] = [:]
        for row in try await connection.query("SELECT number, name, digest FROM devshare.migration").rows {
            recorded[try row.decode(0)] = (try row.decode(1), try row.decode(2))
        }
        return recorded
    }

    private func check(_ known: [Int32: (name: String, digest: [UInt8])]) throws(EventLogError) {
        for migration in migrations where known[migration.number] == nil {
            guard let later = known.filter({ $0.key > migration.number }).min(by: { $0.key < $1.key }) else { break }
            throw EventLogError(
                .migrationMisnumbered, "the database has \(later.value.name), but not \(migration.name) that comes before it")
        }
        for (number, record) in known.sorted(by: { $0.key < $1.key }) {
            guard let migration = migrations.first(where: { $0.number == number }) else {
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
}

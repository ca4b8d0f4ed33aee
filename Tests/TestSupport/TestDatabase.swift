import BundledFiles
import EmbeddedPostgres
import EventLog
import Foundation
import PostgreSQL

/// A database of its own for one test, on the private server that all tests of a run share.
package struct TestDatabase: Sendable {
    package let name: String
    package let connectionString: String
    /// Folder of the server's socket.
    package let socketDirectory: URL

    /// An empty database.
    package static func empty() async throws -> TestDatabase { try await TestServer.shared.makeDatabase(template: "template0") }

    /// A migrated database with the ledger `default`.
    package static func migrated() async throws -> TestDatabase {
        try await TestServer.shared.makeDatabase(template: TestServer.shared.migratedTemplate())
    }

    /// The same on a server of the test's own.
    package static func migrated(on server: EmbeddedPostgres) async throws -> TestDatabase {
        let name = "test"
        let connection = try await Connection.connect(ConnectionConfiguration(connectionString: server.connectionString))
        try await connection.execute(script: "CREATE DATABASE \(name)")
        await connection.close()
        let database = TestDatabase(name, on: server)
        try await database.migrate()
        return database
    }

    fileprivate init(_ name: String, on server: EmbeddedPostgres) {
        self.name = name
        connectionString = server.connectionString(database: name)
        socketDirectory = server.socketDirectory
    }

    /// The same database on a replica of its server.
    package func replicated(on replica: EmbeddedPostgres) -> TestDatabase { TestDatabase(name, on: replica) }

    fileprivate func migrate() async throws {
        let connection = try await connect()
        _ = try await schemaMigrator().migrate(connection)
        try await LedgerDirectory.found("default", on: connection)
        await connection.close()
    }

    /// Another database with the same content. Nobody may be connected to this one.
    package func copy() async throws -> TestDatabase { try await TestServer.shared.makeDatabase(template: name) }

    package func configuration(statementTimeout: Duration? = .seconds(60), preparedStatements: Int = 128)
        -> ConnectionConfiguration
    {
        ConnectionConfiguration(
            connectionString: connectionString, connectTimeout: .seconds(60), statementTimeout: statementTimeout,
            preparedStatements: preparedStatements)
    }

    package func connect(statementTimeout: Duration? = .seconds(60), preparedStatements: Int = 128) async throws -> Connection {
        try await Connection.connect(
            configuration(statementTimeout: statementTimeout, preparedStatements: preparedStatements))
    }

    package func pool(maximumConnections: Int = 10, waitDeadline: Duration = .seconds(120), idleCheck: Duration = .seconds(30))
        -> Pool
    {
        Pool(
            configuration: PoolConfiguration(
                connection: configuration(), maximumConnections: maximumConnections, waitDeadline: waitDeadline,
                idleCheck: idleCheck))
    }

    /// The connection string with a proxy in the place of the server.
    package func connectionString(through proxy: SocketProxy) -> String {
        "host='\(proxy.directory.path)' port=5432 dbname=\(name) user=devshare"
    }

    /// Sessions of this database, that of `observer` not counted.
    package func sessions(seenBy observer: Connection) async throws -> Int {
        let rows = try await observer.query(
            """
            SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
            """
        ).rows
        return try rows[0].decode(0)
    }

    /// Whether a statement whose text contains `fragment` is running or waiting, in a session other than the observer's.
    package func isRunning(_ fragment: String, seenBy observer: Connection) async throws -> Bool {
        let rows = try await observer.query(
            """
            SELECT EXISTS (SELECT FROM pg_stat_activity
                            WHERE datname = current_database() AND pid <> pg_backend_pid()
                              AND state = 'active' AND strpos(query, $1) > 0)
            """, fragment
        ).rows
        return try rows[0].decode(0)
    }
}

/// Brings a database to the schema of `Schema/`.
package func schemaMigrator() throws -> Migrator {
    try Migrator(files: BundledFiles.texts(in: .schema))
}

/// The server of this test run. It ends with the process, whatever ends that.
package actor TestServer {
    package static let shared = TestServer()

    private var starting: Task<EmbeddedPostgres, any Error>?
    private var template: Task<String, any Error>?
    private var count = 0

    /// What survives a loss of power is not tested on it, so it does not wait for the disk.
    private static let settings = [
        "max_connections": "300", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
    ]

    package func server() async throws -> EmbeddedPostgres {
        let task = starting ?? Task { try await EmbeddedPostgres.start(EmbeddedPostgres.Configuration(settings: Self.settings)) }
        starting = task
        return try await task.value
    }

    fileprivate func makeDatabase(template: String) async throws -> TestDatabase {
        count += 1
        let name = "test_\(count)"
        let server = try await server()
        let connection = try await Connection.connect(ConnectionConfiguration(connectionString: server.connectionString))
        try await connection.execute(script: "CREATE DATABASE \(name) TEMPLATE \(template)")
        await connection.close()
        return TestDatabase(name, on: server)
    }

    /// Name of the database that migrated ones are copied from.
    fileprivate func migratedTemplate() async throws -> String {
        let task =
            template
            ?? Task {
                let database = try await makeDatabase(template: "template0")
                try await database.migrate()
                return database.name
            }
        template = task
        return try await task.value
    }
}

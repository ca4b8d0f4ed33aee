import BundledFiles
import EmbeddedPostgres
import EventLog
import Foundation
import PostgreSQL

/// A database of its own for one test, on the private server that all tests of a run share.
package struct TestDatabase: Sendable {
    package let name: String
    package let connectionString: String

    /// An empty database.
    package static func empty() async throws -> TestDatabase { try await TestServer.shared.makeDatabase(template: "template0") }

    /// A migrated database with the ledger `default`.
    package static func migrated() async throws -> TestDatabase {
        try await TestServer.shared.makeDatabase(template: TestServer.shared.migratedTemplate())
    }

    package func connect(statementTimeout: Duration? = .seconds(60)) async throws -> Connection {
        try await Connection.connect(
            ConnectionConfiguration(connectionString: connectionString, statementTimeout: statementTimeout))
    }

    package func pool(maximumConnections: Int = 10, waitDeadline: Duration = .seconds(10), idleCheck: Duration = .seconds(30)) -> Pool {
        Pool(
            configuration: PoolConfiguration(
                connection: ConnectionConfiguration(connectionString: connectionString), maximumConnections: maximumConnections,
                waitDeadline: waitDeadline, idleCheck: idleCheck))
    }
}

/// The migrations of `Schema/`.
package func schemaMigrator() throws -> Migrator {
    try Migrator(files: BundledFiles.texts(in: .schema, suffix: ".sql"))
}

/// The server of this test run. It ends with the process, whatever ends that.
package actor TestServer {
    package static let shared = TestServer()

    private var starting: Task<EmbeddedPostgres, any Error>?
    private var template: Task<String, any Error>?
    private var count = 0

    package func server() async throws -> EmbeddedPostgres {
        let task = starting ?? Task { try await EmbeddedPostgres.start(EmbeddedPostgres.Configuration(settings: ["max_connections": "300"])) }
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
        return TestDatabase(name: name, connectionString: server.connectionString(database: name))
    }

    /// Name of the database that migrated ones are copied from.
    fileprivate func migratedTemplate() async throws -> String {
        let task = template ?? Task {
            let database = try await makeDatabase(template: "template0")
            let connection = try await database.connect()
            _ = try await schemaMigrator().migrate(connection)
            try await LedgerDirectory.found("default", on: connection)
            await connection.close()
            return database.name
        }
        template = task
        return try await task.value
    }
}

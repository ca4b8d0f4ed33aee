import EmbeddedPostgres
import PostgreSQL
import TestSupport
import Testing

@Suite("A synchronous standby that is gone", .fewAtOnce)
struct StandbyTests {
    @Test(
        "Given a commit's wait for its standby was given up, the statement says so, and the next one is not blamed for it",
        .timeLimit(.minutes(3)), arguments: [false, true])
    func unconfirmed(asScript: Bool) async throws {
        let server = try await EmbeddedPostgres.start(EmbeddedPostgres.Configuration(settings: ["fsync": "off"]))
        let configuration = ConnectionConfiguration(connectionString: server.connectionString)
        let (connection, other) = (
            try await Connection.connect(configuration), try await Connection.connect(configuration)
        )
        try await connection.execute(script: "CREATE TABLE written (number integer)")
        try await other.alterSystem("synchronous_standby_names = 'gone'")
        // The server takes note of the setting a moment later.
        async let cancelled: Void = eventually("a commit that waits is told to give up", within: .seconds(60)) {
            try await other.query("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
                .rows.count > 0
        }
        try await eventually("a commit waits, and is given up", within: .seconds(60)) {
            let sql = "INSERT INTO written VALUES (1)"
            do {
                if asScript { try await connection.execute(script: sql) } else { _ = try await connection.query(sql) }
                return false
            } catch let error as PostgreSQLError {
                #expect(error.code == .replicationUnconfirmed, "\(error)")
                return true
            }
        }
        try await cancelled
        let rows = try await connection.query("SELECT count(*) FROM written").rows
        #expect(try rows.first?.decode(0, as: Int64.self) ?? 0 > 0, "it is on the server")
        await connection.close()
        await other.close()
        try await server.stop()
    }
}

import EmbeddedPostgres
import PostgreSQL
import TestSupport
import Testing

@Suite("A synchronous standby that is gone", .fewAtOnce)
struct StandbyTests {
    @Test(
        "Given no standby confirms what was written, the statement says so, and the next one is not blamed for it",
        .timeLimit(.minutes(3)), arguments: [false, true])
    func unconfirmed(asScript: Bool) async throws {
        let server = try await EmbeddedPostgres.start(EmbeddedPostgres.Configuration(settings: ["fsync": "off"]))
        let connection = try await Connection.connect(
            ConnectionConfiguration(connectionString: server.connectionString, statementTimeout: .seconds(1)))
        try await connection.execute(script: "CREATE TABLE written (number integer)")
        try await connection.alterSystem("synchronous_standby_names = 'gone'")
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
        let rows = try await connection.query("SELECT count(*) FROM written").rows
        #expect(try rows.first?.decode(0, as: Int64.self) ?? 0 > 0, "it is on the server")
        await connection.close()
        try await server.stop()
    }
}

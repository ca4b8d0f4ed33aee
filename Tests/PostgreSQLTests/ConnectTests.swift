import Foundation
import PostgreSQL
import TestSupport
import Testing

@Suite("Connecting")
struct ConnectTests {
    private func failure(_ configuration: ConnectionConfiguration) async -> PostgreSQLError? {
        await #expect(throws: PostgreSQLError.self) { try await Connection.connect(configuration) }
    }

    @Test func aServerThatNeverAnswersTimesOut() async throws {
        let silent = try SocketProxy(target: nil)
        defer { silent.close() }
        let begin = ContinuousClock.now
        let error = await failure(
            ConnectionConfiguration(
                connectionString: "host=\(silent.directory.path) password=sesame", connectTimeout: .milliseconds(200)))
        #expect(error?.code == .timedOut)
        #expect(error?.isRetryable == true)
        #expect(error?.message == "no connection within 0.2 seconds")
        #expect(ContinuousClock.now - begin < .seconds(60))
    }

    @Test func cancellationEndsTheWaitForAServer() async throws {
        let silent = try SocketProxy(target: nil)
        defer { silent.close() }
        let configuration = ConnectionConfiguration(
            connectionString: "host=\(silent.directory.path)", connectTimeout: .seconds(60))
        for delay in [0, 30] {
            let task = Task { try await Connection.connect(configuration) }
            try await Task.sleep(for: .milliseconds(delay))
            task.cancel()
            let error = await #expect(throws: PostgreSQLError.self) { try await task.value }
            #expect(error?.code == .cancelled)
        }
    }

    @Test func aRefusedConnectionSaysWhereAndMayBeTriedAgain() async throws {
        let error = await failure(ConnectionConfiguration(connectionString: "host=/nonexistent port=5432 password=sesame"))
        #expect(error?.code == .connectionFailed)
        #expect(error?.isRetryable == true)
        #expect(error?.message.contains("/nonexistent") == true)
    }

    @Test(arguments: [
        "postgres://user:pa/ss@host/db", "postgres://user:pa@ss@host/db", "postgres://user:pa%zz@host", "host=x pass word=sesame",
        "host=x port=sesame", "sesame", "host='sesame", "postgres://user:se\0same@host", "host=x nonsense=sesame",
        "host=x port=70000",
    ])
    func aStringThatCannotBeReadIsNotRepeated(connectionString: String) async {
        let error = await failure(ConnectionConfiguration(connectionString: connectionString, connectTimeout: .seconds(5)))
        #expect(error?.code == .invalidConnectionString)
        let text = "\(String(describing: error)) \(String(reflecting: error))"
        for secret in ["pa/ss", "pa@", "ss@", "pa%", "sesame", "\"pa\"", "same"] { #expect(!text.contains(secret), "\(text)") }
    }

    @Test func passwordsAreInNoMessage() async throws {
        let database = try await TestDatabase.empty()
        let owner = try await database.connect()
        try await owner.execute(script: "CREATE ROLE guarded LOGIN PASSWORD 'open-sesame'; GRANT pg_read_all_data TO guarded")
        let file: String = try await owner.query("SHOW hba_file").rows[0].decode(0)
        let rules = try String(contentsOfFile: file, encoding: .utf8)
        try ("local all guarded scram-sha-256\n" + rules).write(toFile: file, atomically: false, encoding: .utf8)
        _ = try await owner.query("SELECT pg_reload_conf()")
        func configuration(_ password: String) -> ConnectionConfiguration {
            ConnectionConfiguration(
                connectionString:
                    "host='\(database.socketDirectory.path)' dbname=\(database.name) user=guarded password='\(password)'")
        }
        // The server reads its rules anew in its own time.
        try await eventually("the password is asked for") {
            do {
                await (try Connection.connect(configuration("wrong-sesame"))).close()
                return false
            } catch let error as PostgreSQLError {
                #expect(error.code == .connectionFailed)
                #expect(error.message.contains("password authentication failed for user \"guarded\""))
                for text in ["\(error)", String(reflecting: error), "\(error.localizedDescription)"] {
                    #expect(!text.contains("sesame"))
                }
                return true
            }
        }
        let connection = try await Connection.connect(configuration("open-sesame"))
        let failed = await #expect(throws: PostgreSQLError.self) { try await connection.query("SELECT 1 / 0") }
        #expect(!String(reflecting: failed).contains("sesame"))
        await connection.close()
        var dumped = ""
        dump(configuration("open-sesame"), to: &dumped)
        #expect(!dumped.contains("sesame") && !"\(configuration("open-sesame"))".contains("sesame"))
        #expect(!"\(PoolConfiguration(connection: configuration("open-sesame")))".contains("sesame"))
    }

    @Test func theNextHostIsTriedWhenOneIsDeadOrSilent() async throws {
        let database = try await TestDatabase.empty()
        let silent = try SocketProxy(target: nil)
        defer { silent.close() }
        let (alive, mute) = (database.socketDirectory.path, silent.directory.path)
        let silentAmongDead = "host=/nonexistent,\(mute),/nonexistent,\(alive)"
        // The manual's own way to say how long each host may take.
        let inURI = "postgres://devshare@/\(database.name)?host=\(mute),\(alive)&connect_timeout=5"
        for hosts in ["host=/nonexistent,\(alive)", silentAmongDead, "host=\(alive),\(mute)", inURI] {
            let others = hosts == inURI ? "" : " dbname=\(database.name) user=devshare target_session_attrs=read-write"
            let connection = try await Connection.connect(
                ConnectionConfiguration(connectionString: hosts + others, connectTimeout: .seconds(24)))
            #expect(
                try await connection.query("SELECT current_database()::text").rows[0].decode(0, as: String.self) == database.name)
            await connection.close()
        }
        let none = await failure(
            ConnectionConfiguration(connectionString: "host=\(mute),\(mute)", connectTimeout: .milliseconds(200)))
        #expect(none?.code == .timedOut)
        let patient = await failure(
            ConnectionConfiguration(connectionString: "host=\(mute) connect_timeout=1", connectTimeout: .seconds(60)))
        #expect(patient?.code == .timedOut)
    }

    @Test func theKindOfServerThatIsAskedForIsHeeded() async throws {
        let database = try await TestDatabase.empty()
        let error = await failure(
            ConnectionConfiguration(connectionString: database.connectionString + " target_session_attrs=standby"))
        #expect(error?.code == .connectionFailed)
        // A database that only reads is not taken for the primary.
        let owner = try await database.connect()
        try await owner.execute(script: "ALTER DATABASE \(database.name) SET default_transaction_read_only = on")
        let readOnly = await failure(
            ConnectionConfiguration(connectionString: database.connectionString + " target_session_attrs=read-write"))
        #expect(readOnly?.code == .connectionFailed)
    }

    @Test func theSessionIsSetUpAndNamed() async throws {
        let database = try await TestDatabase.empty()
        var configuration = ConnectionConfiguration(
            connectionString: database.connectionString, statementTimeout: .milliseconds(1_234), applicationName: "tester",
            sessionSetup: "SET work_mem = '5MB'; SET search_path = pg_catalog")
        let connection = try await Connection.connect(configuration)
        let row = try await connection.query(
            """
            SELECT current_setting('statement_timeout'), current_setting('application_name'), current_setting('work_mem'),
                   current_setting('search_path'), current_setting('client_encoding')
            """
        ).rows[0]
        #expect(try (0..<5).map { try row.decode($0, as: String.self) } == ["1234ms", "tester", "5MB", "pg_catalog", "UTF8"])
        configuration.sessionSetup = "SET ROLE nobody_of_that_name"
        #expect(await failure(configuration)?.sqlState == SQLState(rawValue: "22023"))
    }
}

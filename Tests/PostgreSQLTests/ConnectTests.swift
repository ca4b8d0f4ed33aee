import EmbeddedPostgres
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

    @Test("Of several hosts the one that writes is taken, unless the connection string says otherwise", .timeLimit(.minutes(3)))
    func theHostThatWrites() async throws {
        let primary = try await EmbeddedPostgres.start(EmbeddedPostgres.Configuration(settings: EmbeddedPostgres.testSettings))
        try await primary.withReplica { standby in
            let hosts =
                "host='\(standby.socketDirectory.path),\(primary.socketDirectory.path)' dbname=postgres user=\(primary.user)"
            for (options, isStandby) in [("", false), (" target_session_attrs=any", true)] {
                let connection = try await Connection.connect(ConnectionConfiguration(connectionString: hosts + options))
                let rows = try await connection.query("SELECT pg_is_in_recovery()").rows
                #expect(try rows.first?.decode(0) == isStandby)
                await connection.close()
            }
        }
        try await primary.stop()
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

    @Test func aLostHostIsNoticedInHalfAMinuteUnlessTheConnectionStringSaysOtherwise() async throws {
        let cases: [(settings: String, options: [Int32])] = [
            ("", [15, 5, 3, 30_000]), ("keepalives_idle=77 tcp_user_timeout=7000", [77, 5, 3, 7_000]),
        ]
        for (settings, options) in cases {
            let listener = try SilentListener()
            let configuration = ConnectionConfiguration(
                connectionString: "host=127.0.0.1 port=\(listener.port) \(settings)", connectTimeout: .seconds(60))
            let connecting = Task { try await Connection.connect(configuration) }
            try await eventually("a socket is set up with \(options)") { listener.clientOptions() == options }
            connecting.cancel()
            _ = await connecting.result
        }
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

/// Lets TCP connect, and says nothing.
private final class SilentListener: Sendable {
    struct Fault: Error { let errno: Int32 }

    let port: UInt16
    private let listener: Int32

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        listener = descriptor
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = Self.withAddress(&address) { bind(descriptor, $0, length) }
        guard bound == 0, listen(descriptor, 16) == 0 else { throw Fault(errno: errno) }
        _ = Self.withAddress(&address) { getsockname(descriptor, $0, &length) }
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(listener) }

    /// Of the socket of this process that is connected to the port: after how long it asks whether the other side lives, how
    /// often, how many times, and how long it waits for what it sent to arrive; nil where there is none.
    func clientOptions() -> [Int32]? {
        for descriptor in Int32(3)..<4_096 {
            var peer = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            guard Self.withAddress(&peer, { getpeername(descriptor, $0, &length) }) == 0,
                peer.sin_family == sa_family_t(AF_INET), peer.sin_port == port.bigEndian
            else { continue }
            return [TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_USER_TIMEOUT].map { option in
                var value: Int32 = 0
                var size = socklen_t(MemoryLayout<Int32>.size)
                getsockopt(descriptor, Int32(IPPROTO_TCP), option, &value, &size)
                return value
            }
        }
        return nil
    }

    private static func withAddress(_ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>) -> Int32) -> Int32 {
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0) }
        }
    }
}

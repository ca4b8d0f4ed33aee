import EmbeddedPostgres
import Foundation
import TestSupport
import Testing

@Suite("A server that starts before its database", .fewAtOnce) struct DatabaseWaitTests {
    /// A server that waits for a database whose socket is not there yet.
    private static func waiting(_ socket: URL, database: TestDatabase, seconds: String) throws -> RunningProgram {
        var program = Program.on(database)
        program.environment["DEVSHARE_DATABASE_URL"] = database.connectionString.replacing(
            database.socketDirectory.path, with: socket.path)
        program.environment["DEVSHARE_DATABASE_WAIT_SECONDS"] = seconds
        return try program.start(
            ["serve", "--dev", "--port", "0", "--data", try temporaryFolder().path, "--log-format", "json"])
    }

    @Test("waits for it where it is told to, says so, and serves once it is there")
    func isThere() async throws {
        let (_, database) = try await Program.ready()
        let socket = try temporaryFolder().appendingPathComponent("socket")
        let server = try Self.waiting(socket, database: database, seconds: "600")
        defer { server.signal(SIGKILL) }
        try await eventually("it says what it waits for", within: .seconds(60)) {
            server.error.contains("waiting for the database") && server.error.contains("connection-failed")
        }
        #expect(!server.hasEnded)
        try FileManager.default.createSymbolicLink(at: socket, withDestinationURL: database.socketDirectory)
        try await eventually("it serves", within: .seconds(60)) { server.output.contains("listening on ") }
        #expect(server.error.contains("the database is there"))
        server.signal(SIGTERM)
        #expect(try await server.end().status == 128 + SIGTERM)
    }

    @Test("ends the wait at a signal", arguments: [SIGINT, SIGTERM])
    func signal(_ number: Int32) async throws {
        let (_, database) = try await Program.ready()
        let server = try Self.waiting(try temporaryFolder(), database: database, seconds: "600")
        defer { server.signal(SIGKILL) }
        try await eventually("it waits", within: .seconds(60)) { server.error.contains("waiting for the database") }
        server.signal(number)
        #expect(try await server.end().status == 128 + number)
    }

    @Test("fails when the time is over, and at once where nothing is set")
    func isNotThere() async throws {
        let (_, database) = try await Program.ready()
        for (seconds, waits) in [("0", false), ("1", true)] {
            let outcome = try await Self.waiting(try temporaryFolder(), database: database, seconds: seconds).end()
            #expect(outcome.status == 69, "\(outcome.error)")
            #expect(outcome.error.contains("waiting for the database") == waits, "\(outcome.error)")
            #expect(outcome.error.contains("connection-failed"))
        }
    }

    @Test("does not wait for what time does not mend")
    func unreadable() async throws {
        var program = Program()
        program.environment = ["DEVSHARE_DATABASE_URL": "postgresql://db:x/y", "DEVSHARE_DATABASE_WAIT_SECONDS": "600"]
        let outcome = try await program.run("serve", "--dev", "--port", "0", "--data", temporaryFolder().path)
        #expect(outcome.status == 69)
        #expect(outcome.error.contains("invalid-connection-string"), "\(outcome.error)")
        program.environment["DEVSHARE_DATABASE_WAIT_SECONDS"] = "86401"
        let refused = try await program.run("serve", "--dev", "--port", "0")
        #expect(refused.error.hasPrefix("server-misconfigured: a database cannot be waited for 86401 seconds."))
    }
}

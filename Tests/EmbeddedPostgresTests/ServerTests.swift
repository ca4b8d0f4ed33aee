import EmbeddedPostgres
import Foundation
import PostgreSQL
import TestSupport
import Testing

@Suite("A private server", .fewAtOnce)
struct ServerTests {
    private func connect(_ server: EmbeddedPostgres) async throws -> Connection {
        try await Connection.connect(ConnectionConfiguration(connectionString: server.connectionString))
    }

    private func exists(_ url: URL) -> Bool { FileManager.default.fileExists(atPath: url.path) }

    @Test func aTemporaryOneLeavesNothingBehind() async throws {
        let server = try await EmbeddedPostgres.start(EmbeddedPostgres.Configuration(settings: ["work_mem": "7MB"]))
        let connection = try await connect(server)
        let row = try await connection.query(
            "SELECT current_setting('listen_addresses'), current_setting('work_mem'), current_user::text, current_database()::text"
        ).rows[0]
        #expect(try (0..<4).map { try row.decode($0, as: String.self) } == ["", "7MB", server.user, server.database])
        #expect(!server.isJoined)
        #expect(try await ownerOfProcess(server.processIdentifier) != 0, "PostgreSQL does not run as root")
        #expect(try listensOnTCP(server.processIdentifier) == false)
        let mode = try FileManager.default.attributesOfItem(atPath: server.directory.path)[.posixPermissions] as? Int
        #expect(mode == 0o700)
        await connection.close()
        try await server.stop()
        #expect(!isAlive(server.processIdentifier))
        #expect(!exists(server.directory))
        try await eventually("nothing is left") { try !anyProcess(mentions: server.directory) }
        try await server.stop()
    }

    private func ownerOfProcess(_ process: Int32) async throws -> Int {
        try FileManager.default.attributesOfItem(atPath: "/proc/\(process)")[.ownerAccountID] as? Int ?? 0
    }

    /// Whether one of the process's sockets listens on TCP, by the kernel's own tables.
    private func listensOnTCP(_ process: Int32) throws -> Bool {
        let files = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd")
        let sockets = Set(
            files.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/fd/\($0)") })
        let tables = try ["tcp", "tcp6"].map { try String(contentsOfFile: "/proc/net/\($0)", encoding: .utf8) }.joined(
            separator: "\n")
        return tables.split(separator: "\n").contains { line in
            let columns = line.split(separator: " ")
            return columns.count > 9 && columns[3] == "0A" && sockets.contains("socket:[\(columns[9])]")
        }
    }

    @Test(arguments: ["", "-" + String(repeating: "a-long-path-", count: 12)])
    func aFolderOfOnesOwnKeepsItsDataAndIsJoined(suffix: String) async throws {
        let folder = newFolder(suffix)
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = try await EmbeddedPostgres.start(EmbeddedPostgres.Configuration(directory: folder))
        let connection = try await connect(first)
        try await connection.execute(script: "CREATE TABLE kept AS SELECT 7 AS n")
        let joined = try await EmbeddedPostgres.start(EmbeddedPostgres.Configuration(directory: folder))
        #expect(joined.isJoined)
        #expect(joined.processIdentifier == first.processIdentifier)
        #expect(joined.connectionString == first.connectionString)
        try await joined.stop()
        #expect(try await connection.query("SELECT n FROM kept").rows[0].decode(0, as: Int32.self) == 7)
        await connection.close()
        try await first.stop()
        #expect(!isAlive(first.processIdentifier))
        #expect(exists(folder))
        if first.socketDirectory != folder { #expect(!exists(first.socketDirectory)) }

        // A file of a server that was killed may name a process that is something else by now.
        let stale = "1\n\(folder.path)/data\n0\n5432\n\(folder.path)\n\n\nready   \n"
        try stale.write(to: folder.appendingPathComponent("data/postmaster.pid"), atomically: false, encoding: .utf8)
        let second = try await EmbeddedPostgres.start(EmbeddedPostgres.Configuration(directory: folder))
        #expect(!second.isJoined)
        #expect(second.processIdentifier != 1)
        let again = try await connect(second)
        #expect(try await again.query("SELECT n FROM kept").rows[0].decode(0, as: Int32.self) == 7)
        await again.close()
        try await second.stop()
        try await eventually("nothing is left") { try !anyProcess(mentions: folder) }
    }

    @Test func whoStartedItMayGoFirst() async throws {
        let folder = newFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = try await EmbeddedPostgres.start(EmbeddedPostgres.Configuration(directory: folder))
        let second = try await EmbeddedPostgres.start(EmbeddedPostgres.Configuration(directory: folder))
        let connection = try await connect(second)
        try await first.stop()
        #expect(try await connection.query("SELECT 1::int4").rows[0].decode(0, as: Int32.self) == 1)
        let third = try await EmbeddedPostgres.start(EmbeddedPostgres.Configuration(directory: folder))
        #expect(third.isJoined)
        try await second.stop()
        #expect(try await connection.query("SELECT 2::int4").rows[0].decode(0, as: Int32.self) == 2)
        await connection.close()
        try await third.stop()
        #expect(!isAlive(third.processIdentifier))
        try await eventually("nothing is left") { try !anyProcess(mentions: folder) }
    }

    /// However the one's stop and the other's start fall together.
    @Test func whoStartsWhileAnotherStopsKeepsItsServer() async throws {
        let folder = newFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let configuration = EmbeddedPostgres.Configuration(directory: folder)
        var current = try await EmbeddedPostgres.start(configuration)
        for round in 0..<12 {
            let leaving = current
            async let stopped: Void = leaving.stop()
            // From the same moment to some way into the other's stop.
            try await Task.sleep(for: .milliseconds(round * 5))
            let next = try await EmbeddedPostgres.start(configuration)
            try await stopped
            let connection = try await connect(next)
            #expect(try await connection.query("SELECT 1::int4").rows[0].decode(0, as: Int32.self) == 1)
            await connection.close()
            current = next
        }
        try await current.stop()
        try await eventually("nothing is left") { try !anyProcess(mentions: folder) }
    }

    @Test func aServerThatWasKilledIsRecovered() async throws {
        let folder = newFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = try await EmbeddedPostgres.start(EmbeddedPostgres.Configuration(directory: folder))
        let connection = try await connect(first)
        try await connection.execute(script: "CREATE TABLE kept AS SELECT 7 AS n")
        kill(first.processIdentifier, SIGKILL)
        // On a busy machine it lives on for a moment, and a start in that moment joins it.
        try await eventually("the server is dead") { !isAlive(first.processIdentifier) }
        let second = try await EmbeddedPostgres.start(EmbeddedPostgres.Configuration(directory: folder))
        #expect(!second.isJoined)
        #expect(second.processIdentifier != first.processIdentifier)
        let again = try await connect(second)
        #expect(try await again.query("SELECT n FROM kept").rows[0].decode(0, as: Int32.self) == 7)
        await again.close()
        try await first.stop()
        #expect(isAlive(second.processIdentifier), "the first has no more say in it")
        try await second.stop()
        try await eventually("nothing is left") { try !anyProcess(mentions: folder) }
    }

    @Test func settingsThatTheServerRefusesAreShown() async throws {
        let folder = newFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let error = await #expect(throws: EmbeddedPostgresError.self) {
            try await EmbeddedPostgres.start(
                EmbeddedPostgres.Configuration(directory: folder, settings: ["shared_buffers": "plenty"]))
        }
        #expect(error?.code == .startFailed)
        #expect(error?.message.contains("plenty") == true)
        try await eventually("nothing is left") { try !anyProcess(mentions: folder) }
    }
}

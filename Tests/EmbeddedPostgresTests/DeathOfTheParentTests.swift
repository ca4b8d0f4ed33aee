import EmbeddedPostgres
import Foundation
import PostgreSQL
import TestSupport
import Testing

@Suite("However a process ends, its server ends with it", .fewAtOnce)
struct DeathOfTheParentTests {
    private func isCleared(_ holder: HolderProcess) throws -> Bool {
        try !isAlive(holder.serverProcess) && !anyProcess(mentions: holder.directory)
    }

    @Test(arguments: [SIGKILL, SIGINT, SIGTERM])
    func aTemporaryFolderGoesToo(signal: Int32) async throws {
        let holder = try await HolderProcess.start()
        #expect(isAlive(holder.serverProcess))
        holder.signal(signal)
        try await eventually("nothing is left after signal \(signal)") {
            try isCleared(holder) && !FileManager.default.fileExists(atPath: holder.directory.path)
        }
        try await eventually("it has ended") { !holder.isRunning }
    }

    @Test func theNextStartFindsItsDataWhateverIsStillGoingOn() async throws {
        let folder = newFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        for round in 1...3 {
            let holder = try await HolderProcess.start(folder)
            #expect(!holder.isJoined)
            let connection = try await Connection.connect(
                ConnectionConfiguration(connectionString: "host='\(folder.path)' user=devshare dbname=postgres"))
            try await connection.execute(script: "CREATE TABLE IF NOT EXISTS kept (n int); INSERT INTO kept VALUES (\(round))")
            #expect(try await connection.query("SELECT count(*) FROM kept").rows[0].decode(0, as: Int.self) == round)
            await connection.close()
            // The second time the supervisor dies as well, and nobody ends the server but the next start.
            if round == 2 { try killSupervisors(of: folder, but: holder.serverProcess) }
            holder.signal(SIGKILL)
            // Until it has ended, whoever starts joins its server.
            try await eventually("it has ended") { !holder.isRunning }
        }
        let server = try await EmbeddedPostgres.start(EmbeddedPostgres.Configuration(directory: folder))
        #expect(!server.isJoined)
        try await server.stop()
        try await eventually("nothing is left") { try !anyProcess(mentions: folder) }
    }

    private func killSupervisors(of folder: URL, but server: Int32) throws {
        for entry in try FileManager.default.contentsOfDirectory(atPath: "/proc") {
            guard let process = Int32(entry), process != server,
                let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline"),
                line.firstRange(of: Array(folder.lastPathComponent.utf8)) != nil,
                line.firstRange(of: Array("supervisor".utf8)) != nil
            else { continue }
            kill(process, SIGKILL)
        }
    }

    @Test func severalProcessesThatStartAtOnceShareOneServer() async throws {
        let folder = newFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let holders = try await withThrowingTaskGroup(of: HolderProcess.self) { group in
            for _ in 0..<4 { group.addTask { try await HolderProcess.start(folder) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(holders.count { !$0.isJoined } == 1)
        #expect(Set(holders.map(\.serverProcess)).count == 1)
        for holder in holders where holder.isJoined { holder.signal(SIGKILL) }
        try await eventually("those who joined are gone") { holders.count { $0.isRunning } == 1 }
        #expect(isAlive(holders[0].serverProcess), "who joined does not take the server along")
        for holder in holders { holder.signal(SIGTERM) }
        try await eventually("the server goes with the last who uses it") { try isCleared(holders[0]) }
    }

    @Test func theServerOutlivesWhoStartedItForAsLongAsOthersUseIt() async throws {
        let folder = newFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let starter = try await HolderProcess.start(folder)
        let joined = try await HolderProcess.start(folder)
        #expect(!starter.isJoined && joined.isJoined)
        starter.signal(SIGKILL)
        try await eventually("who started it is gone") { !starter.isRunning }
        let connection = try await Connection.connect(
            ConnectionConfiguration(connectionString: "host='\(folder.path)' user=devshare dbname=postgres"))
        // Who comes now joins as well.
        let third = try await HolderProcess.start(folder)
        #expect(third.isJoined)
        #expect(third.serverProcess == starter.serverProcess)
        for holder in [joined, third] { holder.signal(SIGKILL) }
        try await eventually("all are gone") { !joined.isRunning && !third.isRunning }
        try await eventually("the server goes with the last who used it") { try isCleared(third) }
        await connection.close()
    }
}

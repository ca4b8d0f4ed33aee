import DeviceSharing
import EligibilityPolicy
import EmbeddedPostgres
import Foundation
import PostgreSQL
import TestSupport
import Testing

@testable import SharingEngine
@testable import SharingLog

@Suite(
    "A full disk", .enabled(if: getuid() == 0, "mounting a small file system takes root"), .fewAtOnce, .timeLimit(.minutes(10)))
struct DiskFullTests {
    @Test("refuses commands with a clear error, loses nothing, and does no lasting harm")
    func diskFull() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("devshare-full-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        guard try run("mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", folder.path) == 0 else {
            // A container may have root without the right to mount.
            return
        }
        defer { _ = try? run("umount", "--lazy", folder.path) }
        let server = try await EmbeddedPostgres.start(
            EmbeddedPostgres.Configuration(
                directory: folder.appendingPathComponent("server"), settings: ["shared_buffers": "16MB"]))
        _ = try await Installation(connectionString: server.connectionString).migrate()
        try await SharingEngine.withEngine(EngineConfiguration(connectionString: server.connectionString)) { engine in
            _ = try await engine.activatePolicy(Installation.defaultPolicy(), as: Harness.operatorContext)
            let ballast = folder.appendingPathComponent("ballast")
            _ = try run("fallocate", "-l", "150M", ballast.path)  // takes what there is, and fails
            _ = try run("sh", "-c", "cat /dev/zero > '\(ballast.path)' 2>/dev/null")

            var recorded: [Int] = []
            var refusal: EngineError?
            for number in 0..<20_000 {
                do {
                    _ = try await engine.perform(Self.user(number), as: Self.context(number))
                    recorded.append(number)
                } catch let error as EngineError {
                    refusal = error
                    break
                }
            }
            let error = try #require(refusal)
            #expect([.diskFull, .databaseUnavailable, .outcomeUnknown].contains(error.code), "\(error)")
            #expect(error.isRetryable)

            try FileManager.default.removeItem(at: ballast)
            try await Self.repeatUntilCarriedOut(recorded.count, engine)
            let known = try await engine.log.events(after: .start, limit: 10_000).filter { $0.type == "user-registered" }.map(
                \.stream.name)
            #expect(known == (recorded + [recorded.count]).map { "user/user-\($0)" })
        }
        #expect(try await ReadModelRebuild(connectionString: server.connectionString).differences().isEmpty)
        try await server.stop()
    }

    private static func user(_ number: Int) -> Command {
        .recordUser(
            RecordUser(
                user: UserID(trusted: "user-\(number)"), entity: EntityID(trusted: String(repeating: "e", count: 60)),
                entityKind: .individual, registeredAt: Harness.longAgo))
    }

    private static func context(_ number: Int) -> CommandContext {
        CommandContext(
            actor: Actor(id: "operator", role: .operator), idempotencyKey: "user-\(number)",
            correlation: String(repeating: "c", count: 250))
    }

    /// As a caller does who was told to try again.
    private static func repeatUntilCarriedOut(_ number: Int, _ engine: SharingEngine) async throws {
        while true {
            do {
                _ = try await engine.perform(user(number), as: context(number))
                return
            } catch let error as EngineError where error.isRetryable {
                await Task.yield()
            }
        }
    }

    private func run(_ command: String...) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}

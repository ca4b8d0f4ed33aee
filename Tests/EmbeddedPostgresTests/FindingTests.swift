import EmbeddedPostgres
import Foundation
import Testing

@Suite("What a server needs, and what is said where it is not there")
struct FindingTests {
    @Test func withoutBinariesItSaysWhatToInstall() async throws {
        let error = await #expect(throws: EmbeddedPostgresError.self) {
            try await ServerBinaries.find(
                environment: ["PATH": "/nonexistent", "PG_CONFIG": "/nonexistent/pg_config"], layouts: [])
        }
        #expect(error?.code == .binariesNotFound)
        #expect(error?.message.contains("apt-get install postgresql") == true)
        #expect(error?.message.contains("brew install postgresql") == true)
    }

    @Test func pgConfigIsAskedFirstThenThePathThenTheUsualPlaces() async throws {
        let folder = newFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        func install(_ place: String) throws -> URL {
            let bin = folder.appendingPathComponent(place, isDirectory: true)
            try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
            for name in ["initdb", "postgres"] {
                let file = bin.appendingPathComponent(name)
                try "#!/bin/sh\n".write(to: file, atomically: true, encoding: .utf8)
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
            }
            return bin
        }
        let (asked, onPath) = (try install("asked/bin"), try install("path/bin"))
        _ = try install("usual/9/bin")
        let newest = try install("usual/10/bin")
        let config = folder.appendingPathComponent("pg_config")
        try "#!/bin/sh\n[ \"$1\" = --bindir ] && echo '\(asked.path)'\n".write(to: config, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: config.path)
        let layouts = [ServerBinaries.Layout(folder: folder.path + "/usual", prefix: "")]

        func find(_ environment: [String: String]) async throws -> String {
            try await ServerBinaries.find(environment: environment, layouts: layouts).directory.standardizedFileURL.path
        }
        #expect(try await find(["PG_CONFIG": config.path, "PATH": onPath.path]) == asked.path)
        #expect(try await find(["PG_CONFIG": "/nonexistent", "PATH": "/nonexistent:\(onPath.path)"]) == onPath.path)
        #expect(try await find([:]) == newest.path)
    }

    private func refusal(_ directory: URL) async -> EmbeddedPostgresError? {
        await #expect(throws: EmbeddedPostgresError.self) {
            try await EmbeddedPostgres.start(EmbeddedPostgres.Configuration(directory: directory))
        }
    }

    @Test func folderThatCannotBeUsed() async throws {
        let file = newFolder()
        defer { try? FileManager.default.removeItem(at: file) }
        try Data().write(to: file)
        #expect(await refusal(file)?.code == .directoryUnusable)
        #expect(await refusal(file.appendingPathComponent("below"))?.code == .directoryUnusable)
        #expect(await refusal(URL(fileURLWithPath: "/proc/nowhere"))?.code == .directoryUnusable)
    }

    @Test func aFolderWithSomethingElseInItIsLeftAlone() async throws {
        let folder = newFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
        try Data().write(to: folder.appendingPathComponent("thesis.txt"))
        let error = await refusal(folder)
        #expect(error?.code == .directoryUnusable)
        #expect(error?.message.contains("thesis.txt") == true)
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path)
        #expect(attributes[.posixPermissions] as? Int == 0o755)
        #expect(attributes[.ownerAccountID] as? Int == Int(getuid()))
    }

    @Test(.enabled(if: getuid() == 0, "only root has to lend the server to another user"))
    func aFolderThatTheServersUserCannotReachIsRefused() async throws {
        let closed = newFolder()
        defer { try? FileManager.default.removeItem(at: closed) }
        try FileManager.default.createDirectory(
            at: closed, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        let error = await refusal(closed.appendingPathComponent("below"))
        #expect(error?.code == .directoryUnusable)
        #expect(error?.message.contains("cannot reach") == true)
    }
}

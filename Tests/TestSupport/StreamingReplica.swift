import EmbeddedPostgres
import Foundation

extension EmbeddedPostgres {
    /// Settings of a server that a test starts for itself: what survives a loss of power is not tested on it.
    package static let testSettings = ["fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"]

    /// Starts a streaming replica of this server on a base backup, and lends it to `body`.
    package func withReplica<Value: Sendable>(_ body: @Sendable (EmbeddedPostgres) async throws -> Value) async throws -> Value {
        let folder = URL(fileURLWithPath: "/tmp/devshare-replica-\(UUID().uuidString.prefix(8))", isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let data = folder.appendingPathComponent("data").path
        var command = [
            try await ServerBinaries.find().directory.appendingPathComponent("pg_basebackup").path,
            "--host=\(socketDirectory.path)", "--username=\(user)", "--pgdata=\(data)", "--write-recovery-conf",
            "--wal-method=stream", "--checkpoint=fast", "--no-sync",
        ]
        if let user = try ServerUser.required() {
            guard chown(folder.path, user.uid, user.gid) == 0 else { throw ToolFailure("chown of \(folder.path)", "") }
            command = user.command(command)
        }
        let outcome = try await ChildProcess.run(command)
        guard outcome.status == 0 else { throw ToolFailure("pg_basebackup", outcome.output) }
        let replica = try await EmbeddedPostgres.start(
            EmbeddedPostgres.Configuration(directory: folder, settings: Self.testSettings))
        do {
            let value = try await body(replica)
            try await replica.stop()
            return value
        } catch {
            try? await replica.stop()
            throw error
        }
    }
}

/// A program of PostgreSQL that did not do what a test needs.
package struct ToolFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ tool: String, _ output: String) { description = "\(tool) failed: \(output)" }
}

/// Runs a program of PostgreSQL, such as `pg_dump`. Throws where it does not end well.
package func runPostgresTool(_ name: String, _ arguments: String...) async throws {
    let program = try await ServerBinaries.find().directory.appendingPathComponent(name).path
    let outcome = try await ChildProcess.run([program] + arguments)
    guard outcome.status == 0 else { throw ToolFailure(name, outcome.output) }
}

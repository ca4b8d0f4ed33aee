import Canonical
import Foundation
import PostgreSQL

/// The files of the schema before the present ones, and rows that its programs wrote: `Tests/Fixtures/schema-17`.
package enum OldSchema {
    /// Its numbered files in order, from 1 on.
    package static func files() throws -> [(name: String, text: String)] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasPrefix("00") && !$0.hasPrefix("0000") }
            .sorted()
            .map { ($0, try text($0)) }
    }

    /// Makes an empty database one of the old schema, with so many of its files, and records them as its programs did.
    package static func make(_ connection: Connection, files count: Int = 17) async throws {
        try await connection.execute(script: text("0000_migration.sql"))
        for (index, file) in try files().prefix(count).enumerated() {
            try await connection.execute(script: file.text)
            _ = try await connection.query(
                "INSERT INTO devshare.migration (number, name, digest) VALUES ($1, $2, $3)", Int32(index + 1), file.name,
                Digest(sha256: Array(file.text.utf8)).bytes)
        }
    }

    /// Fills it with two ledgers, a directory, requests of every state, checkpoints and a webhook.
    package static func fill(_ connection: Connection) async throws {
        try await connection.execute(script: text("data.sql"))
    }

    private static func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    }

    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/schema-17")
}

import Configuration
import Foundation
import TestSupport
import Testing
import Transparency

@testable import HTTPEdge
@testable import devshare

/// Files that people give to the command line.
@Suite("Generated files for the command line") struct FileFuzzTests {
    @Test("of users and devices are read row by row, or refused")
    func directories() async throws {
        try await FuzzRun("directory-files").each { random in
            var mutator = TextMutator(
                random: random,
                fragments: ["\",\"", "\"\"", "user", "device", "\"type\":\"user\"", "identity", "1.23457E+11", "#N/A"])
            try Self.read(CSVReader(), mutator.mutate(Array(SmallDirectory.csv.utf8), changes: 8), &mutator.random)
            try Self.read(JSONLinesReader(), mutator.mutate(Array(SmallDirectory.jsonLines.utf8), changes: 8), &mutator.random)
        }
    }

    /// In pieces of any length: a file is read in chunks.
    private static func read(_ reader: some RowReader, _ bytes: [UInt8], _ random: inout SeededGenerator) throws {
        var (reader, rest, rows) = (reader, bytes[...], [RawRow]())
        while !rest.isEmpty {
            let piece = rest.prefix(1 + random.below(200))
            rows += reader.read(Array(piece))
            rest = rest.dropFirst(piece.count)
        }
        rows += reader.finish()
        for row in rows {
            guard case .success(let fields) = row.fields else { continue }
            let row = Result { () throws(RowProblem) in try DirectoryRow(fields, line: row.line) }
            guard case .failure(let problem) = row else { continue }
            // No value of a row is in a message about it.
            for secret in SmallDirectory.secrets { #expect(!problem.message.contains(secret), "\(random)") }
        }
    }

    @Test("of settings, keys and notes are read or refused")
    func settings() async throws {
        let settings = """
            {"database": {"url": "postgres://127.0.0.1:5432/x"}, "ledger": "default", "server": {"port": 8080, "rate": 10,
             "plain-http": true}, "console": {"idle-minutes": 30, "roles-claim": "realm_access.roles"}, "log": {"level": "info"}}
            """
        let file = try temporaryFolder().appendingPathComponent("settings.json")
        let key = "example.com/log+c3d4e5f6+AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGhIjKl"
        let note = "example.com/log\n42\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\u{2014} example.com/log AAAAAAAA\n"
        await FuzzRun("settings").each { random in
            var mutator = TextMutator(random: random, fragments: ["prot", "\"server\"", "{\"a\":", "+", "\u{2014} ", "=="])
            try? mutator.mutate(settings).write(to: file, atomically: false, encoding: .utf8)
            _ = try? await ConfigurationFile.provider(file.path)
            _ = try? VerifierKey(mutator.mutate(key))
            if let note = try? SignedNote(parsing: mutator.mutate(note)) { _ = try? Checkpoint.open(note, trusting: []) }
            _ = try? DevelopmentKey(pem: mutator.mutate("-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----\n"))
        }
    }
}

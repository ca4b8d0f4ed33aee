import Foundation
import Testing

/// What a program outside this package can do with the library.
@Suite struct LibraryTests {
    /// Modules of C that modules of Swift were compiled against.
    private static let modulesOfC = ["CYaml", "CCryptoBoringSSL", "CCryptoBoringSSLShims", "CSystem"]

    @Test("A program of another package compiles with what the modules of the library make public")
    func sample() async throws {
        let root = Program.root
        let includes = try await Program().start(
            ["pg_config", "--includedir"], executable: URL(fileURLWithPath: "/usr/bin/env")
        ).end().output.trimmingCharacters(in: .whitespacesAndNewlines)
        var arguments = [
            "swiftc", "-typecheck", "-swift-version", "6", "-I",
            Program.executable.deletingLastPathComponent().appendingPathComponent("Modules").path,
            "-I", root.appendingPathComponent("Sources/CLibPQ").path, "-Xcc", "-I\(includes)",
            "-I", root.appendingPathComponent("Sources/CEpoll").path,
        ]
        let checkouts = root.appendingPathComponent(".build/checkouts")
        for package in try FileManager.default.contentsOfDirectory(atPath: checkouts.path) {
            for module in Self.modulesOfC {
                let include = checkouts.appendingPathComponent("\(package)/Sources/\(module)/include").path
                guard FileManager.default.fileExists(atPath: include + "/module.modulemap") else { continue }
                arguments += ["-Xcc", "-fmodule-map-file=\(include)/module.modulemap", "-Xcc", "-I\(include)"]
            }
        }
        arguments.append(root.appendingPathComponent("Tests/Fixtures/EmbeddingProgram.swift").path)
        let compiled = try await Program().start(arguments, executable: URL(fileURLWithPath: "/usr/bin/env")).end()
        #expect(compiled.status == 0, "\(compiled.error)")
    }
}

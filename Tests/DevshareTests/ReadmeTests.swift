import Foundation
import Testing

/// The README's first session is run as it stands, and must print what the README says.
@Suite struct ReadmeTests {
    @Test func theFirstSessionPrintsWhatItSays() async throws {
        let readme = try String(contentsOf: Program.root.appendingPathComponent("README.md"), encoding: .utf8)
        let session = try #require(block("console", of: readme))
        let steps = session.split(separator: "$ ", omittingEmptySubsequences: true).map {
            step -> (command: String, output: String) in
            let lines = step.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(lines[0]), lines.count > 1 ? String(lines[1]) : "")
        }
        #expect(steps.count >= 6)
        let folder = try temporaryFolder()
        try FileManager.default.createSymbolicLink(
            at: folder.appendingPathComponent("Policies"), withDestinationURL: Program.root.appendingPathComponent("Policies"))
        try #require(block("csv", of: readme)).write(
            to: folder.appendingPathComponent("directory.csv"), atomically: true, encoding: .utf8)
        let path = "\(Program.executable.deletingLastPathComponent().path):\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
        for step in steps {
            let program = Program(environment: ["PATH": path], directory: folder)
            let outcome = try await program.start(["-c", step.command], executable: URL(fileURLWithPath: "/bin/sh")).end()
            #expect(outcome.error.isEmpty, "\(step.command)")
            #expect(normalized(outcome.output) == normalized(step.output), "\(step.command)")
        }
    }

    /// The first fenced block of that language.
    private func block(_ language: String, of text: String) -> String? {
        text.split(separator: "```\(language)\n").dropFirst().first?.split(separator: "```").first.map(String.init)
    }

    /// Without what is new each time: identifiers, times, digests.
    private func normalized(_ text: String) -> String {
        var text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        for (pattern, replacement) in [
            ("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "ID"),
            ("[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:]{8}", "TIME"), ("at [0-9:]{8}", "at TIME"), ("[0-9a-f]{64}", "DIGEST"),
        ] {
            text = text.replacingOccurrences(of: pattern, with: replacement, options: .regularExpression)
        }
        return text
    }
}

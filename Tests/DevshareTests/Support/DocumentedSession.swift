import Foundation
import Testing

/// A page whose commands are run, block by block, in an empty folder with the project's `Policies` and `docs`.
///
/// A fenced block marked `console` holds commands, each after `$ `, with what they print; a language and a name of a file, as
/// in `csv directory.csv`, is written to that file; `diff NAME` changes that file: the lines with `-`, which must stand in it
/// once, become those with `+`.
struct DocumentedSession {
    private enum Block {
        case console(String)
        case file(name: String, text: String)
        case change(name: String, old: String, new: String)
    }

    private let blocks: [Block]

    /// - Parameter page: path from the project's folder.
    init(_ page: String) throws {
        let text = try String(contentsOf: Program.root.appendingPathComponent(page), encoding: .utf8)
        blocks = text.matches(of: /(?ms)^```(?<info>[^\n]+)\n(?<body>.*?)^```$/).compactMap { match in
            let words = match.output.info.split(separator: " ").map(String.init)
            let body = String(match.output.body)
            switch (words[0], words.count) {
            case ("console", 1): return .console(body)
            case ("diff", 2): return .change(name: words[1], old: Self.lines(of: body, "-"), new: Self.lines(of: body, "+"))
            case (_, 2): return .file(name: words[1], text: body)
            default: return nil
            }
        }
    }

    private static func lines(of diff: String, _ sign: Character) -> String {
        diff.split(separator: "\n").filter { $0.first == sign }.map { $0.dropFirst() + "\n" }.joined()
    }

    /// Runs it; what a command prints otherwise than the page says is an issue. Returns how many commands there were.
    func run() async throws -> Int {
        let folder = try temporaryFolder()
        for name in ["Policies", "docs"] {
            try FileManager.default.createSymbolicLink(
                at: folder.appendingPathComponent(name), withDestinationURL: Program.root.appendingPathComponent(name))
        }
        var commands = 0
        for block in blocks {
            switch block {
            case .file(let name, let text):
                try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
            case .change(let name, let old, let new):
                let file = folder.appendingPathComponent(name)
                let text = try String(contentsOf: file, encoding: .utf8)
                #expect(text.ranges(of: old).count == 1, "\(name) must hold once:\n\(old)")
                try text.replacing(old, with: new).write(to: file, atomically: true, encoding: .utf8)
            case .console(let text):
                for (command, output) in Self.steps(text) {
                    commands += 1
                    let printed = try await Self.run(command, in: folder)
                    #expect(printed == Self.normalized(output), "\(command)")
                }
            }
        }
        return commands
    }

    private static func steps(_ text: String) -> [(command: String, output: String)] {
        text.split(separator: #/(?m)^\$ /#).map { step in
            let parts = step.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
        }
    }

    /// What the command printed, errors after the rest.
    private static func run(_ command: String, in folder: URL) async throws -> String {
        let path = "\(Program.executable.deletingLastPathComponent().path):\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
        let shell = Program(environment: ["PATH": path], directory: folder)
        let outcome = try await shell.start(["-c", command], executable: URL(fileURLWithPath: "/bin/sh")).end()
        return normalized(outcome.output + outcome.error)
    }

    /// Without what is new each time: identifiers, times, spans with fractions, digests.
    private static func normalized(_ text: String) -> String {
        var text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        for (pattern, replacement) in [
            ("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "ID"),
            ("[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:]{5,8}(\\.[0-9]+)?", "TIME"), ("at [0-9:]{8}", "at TIME"),
            ("[0-9]+\\.[0-9]+s", "SECONDS"), ("[0-9a-f]{64}", "DIGEST"),
        ] {
            text = text.replacingOccurrences(of: pattern, with: replacement, options: .regularExpression)
        }
        return text
    }
}

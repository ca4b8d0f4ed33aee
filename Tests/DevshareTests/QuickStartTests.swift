import Foundation
import TestSupport
import Testing

/// The quick start is run as it stands, and must answer what it says.
@Suite(.fewAtOnce) struct QuickStartTests {
    private struct Step {
        let command: String
        let output: String

        /// Whether it only sets something for the commands behind it.
        var isDefinition: Bool {
            output.isEmpty && command.range(of: "^([A-Z]+=|[a-z]+\\(\\) )", options: .regularExpression) != nil
        }
    }

    @Test(.timeLimit(.minutes(10))) func everyCommandAnswersWhatThePageSays() async throws {
        let page = try String(contentsOf: Program.root.appendingPathComponent("docs/quick-start.md"), encoding: .utf8)
        var steps = blocks("console", of: page).flatMap(steps)
        #expect(steps.count >= 20)
        let folder = try temporaryFolder()
        try #require(blocks("json directory.ndjson", of: page).first).write(
            to: folder.appendingPathComponent("directory.ndjson"), atomically: true, encoding: .utf8)

        // The server of the page, on a port that is free.
        let serve = steps.removeFirst()
        #expect(serve.command == "devshare serve --dev")
        let server = try Program(directory: folder).start(["serve", "--dev", "--port", "0"])
        defer { server.signal(SIGTERM) }
        try await eventually("the server listens") { server.output.contains("listening on ") }
        let address = try #require(
            server.output.split(separator: " ").last?.trimmingCharacters(in: .whitespacesAndNewlines))
        #expect(normalized(server.output) == normalized(serve.output))

        let path =
            "\(Program.executable.deletingLastPathComponent().path):\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
        let program = Program(environment: ["PATH": path], directory: folder)
        var definitions: [String] = []
        for step in steps {
            let command = step.command.replacingOccurrences(of: "http://127.0.0.1:8080", with: address)
            guard !step.isDefinition else {
                // Carried out once: a request that is submitted again is another one.
                let file = folder.appendingPathComponent("definition-\(definitions.count)").path
                let name = command.prefix { $0 != "=" && $0 != "(" }
                guard command.contains("$(") else {
                    definitions.append(command)
                    continue
                }
                let script = (definitions + [command, "printf %s \"$\(name)\" >\(file)"]).joined(separator: "\n")
                _ = try await program.start(["-c", script], executable: URL(fileURLWithPath: "/bin/sh")).end()
                definitions.append("\(name)=$(cat \(file))")
                continue
            }
            let script = (definitions + [command]).joined(separator: "\n")
            func run() async throws -> String {
                normalized(try await program.start(["-c", script], executable: URL(fileURLWithPath: "/bin/sh")).end().output)
            }
            let expected = normalized(step.output)
            // A database that is slow to answer, on a busy machine, is not ready for a moment.
            guard !command.contains("/readyz") else {
                try await eventually("\(step.command)") { try await run() == expected }
                continue
            }
            #expect(try await run() == expected, "\(step.command)")
        }
        server.signal(SIGTERM)
        #expect(try await server.end().status == 128 + SIGTERM)
    }

    private func blocks(_ language: String, of text: String) -> [String] {
        text.components(separatedBy: "```\(language)\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
    }

    private func steps(of block: String) -> [Step] {
        block.components(separatedBy: "\n").reduce(into: [Step]()) { steps, line in
            if line.hasPrefix("$ ") {
                steps.append(Step(command: String(line.dropFirst(2)), output: ""))
            } else if let last = steps.popLast() {
                steps.append(
                    Step(command: last.command, output: line.isEmpty ? last.output : last.output + line + "\n"))
            }
        }
    }

    /// Without what is new each time.
    private func normalized(_ text: String) -> String {
        var text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        for (pattern, replacement) in [
            ("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID"), ("127.0.0.1:[0-9]+", "ADDRESS"),
        ] {
            text = text.replacingOccurrences(of: pattern, with: replacement, options: .regularExpression)
        }
        return text
    }
}

import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import devshare

@Suite(.fewAtOnce) struct HelpTests {
    /// Every verb, by its words.
    static let verbs: [[String]] = verbs(of: Devshare.self, behind: [])

    private static func verbs(of command: any ParsableCommand.Type, behind words: [String]) -> [[String]] {
        let subcommands = command.configuration.subcommands
        guard !subcommands.isEmpty else { return [words] }
        return subcommands.flatMap { verbs(of: $0, behind: words + [$0._commandName]) }
    }

    @Test func everyVerbOfTheProgramIsThere() {
        #expect(
            Self.verbs.map { $0.joined(separator: " ") } == [
                "demo", "migrate", "directory import", "directory export", "directory sync", "candidates", "request submit",
                "request show", "request list",
                "request claim",
                "request release", "request note", "request approve", "request reject", "request withdraw", "sharing list",
                "sharing end", "device list", "device deactivate", "device report-lost", "user list", "user close",
                "policy check",
                "policy test", "policy show", "policy facts", "policy schema", "policy format", "policy explain", "policy diff", "policy table",
                "policy activate",
                "policy replay", "policy backtest", "events tail", "events show", "webhook add", "webhook list",
                "webhook show", "webhook remove", "webhook rotate", "webhook test", "webhook deliveries", "webhook replay",
                "checkpoint keygen", "checkpoint show", "checkpoint verify",
                "checkpoint seal", "audit verify", "audit replay", "audit explain", "audit export",
                "audit verify-export", "audit report", "audit csv", "archive detach", "archive attach",
                "archive list", "ledger repair-clock", "privacy erase", "backup verify",
                "rebuild", "serve", "token",
            ])
    }

    @Test func everyVerbTeachesByAnExampleAndDocumentsItsExitStatus() {
        for words in Self.verbs {
            let help = Devshare.helpMessage(for: command(words), columns: 120)
            #expect(help.contains("devshare \(words.joined(separator: " "))"), "\(words)")
            #expect(help.contains("Exit status: 0 done;"), "\(words)")
            #expect(help.contains("--json"), "\(words)")
        }
    }

    /// A line that should go on, and does not, shows as a gap.
    @Test func noLineOfAHelpHasAGap() {
        for words in Self.verbs {
            let lines = command(words).configuration.discussion.split(separator: "\n").filter { !$0.hasPrefix("  ") }
            for line in lines { #expect(!line.contains("   "), "\(words): \(line)") }
        }
    }

    /// With the directory that the help of the import shows.
    @Test(.timeLimit(.minutes(10))) func theFirstSessionOfTheHelpWorksAsItStands() async throws {
        let rows = ImportDirectory.configuration.discussion.components(separatedBy: "\n\n").filter {
            // What comes, not what leaves.
            $0.hasPrefix("  {") && !$0.contains("device-lost")
        }
        #expect(rows.count == 3)
        let program = Program(directory: try temporaryFolder())
        try rows.map { $0.replacing("\n", with: "") + "\n" }.joined().write(
            to: program.directory.appendingPathComponent("directory.jsonl"), atomically: true, encoding: .utf8)
        let commands = Devshare.configuration.discussion.split(separator: "\n").filter { $0.hasPrefix("  devshare ") }
        #expect(commands.count == 5)
        for command in commands {
            let outcome = try await program.run(command.split(separator: " ").dropFirst().map(String.init))
            #expect(outcome.status == 0, "\(command): \(outcome.output)\(outcome.error)")
        }
        #expect(try await program.json("sharing", "list").count == 1)
    }

    private func command(_ words: [String]) -> any ParsableCommand.Type {
        words.reduce(Devshare.self as any ParsableCommand.Type) { command, word in
            command.configuration.subcommands.first { $0._commandName == word } ?? command
        }
    }

    @Test func theHelpOfClaimIsThis() async throws {
        let outcome = try await Program().run("request", "claim", "--help")
        #expect(outcome.status == 0)
        let golden = """
            OVERVIEW: Takes a pending request to work on; nobody else decides on it for 15
            minutes.

              devshare request claim 01a0df1e-aeb8-7a3e-81e0-55de83d4f975 --officer h.tan

            """
        #expect(outcome.output.hasPrefix(golden))
        #expect(outcome.output.contains("USAGE: devshare request claim [<options>] <request>"))
    }

    @Test func colourIsForTerminals() async throws {
        for arguments in [
            ["policy", "facts"], ["policy", "show", Program.root.appendingPathComponent("Policies/device-sharing.yaml").path],
        ] {
            let outcome = try await Program().run(arguments)
            #expect(outcome.status == 0)
            #expect(!outcome.output.contains("\u{1B}"))
        }
    }
}

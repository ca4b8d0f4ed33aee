import Canonical
import DeviceSharing
import Foundation
import TestSupport
import Testing

@testable import devshare

/// What somebody has recorded neither acts on a terminal nor forges a line.
@Suite(.fewAtOnce) struct TerminalTextTests {
    private static let hostile =
        "\u{1B}[2J\u{1B}]0;x\u{7}line\n  #99 2026-01-01 00:00:00  engine\u{202E}\u{9B}31m\u{2028}\u{7F}\r"

    /// Whether each line is free of what acts on a terminal.
    private func isHarmless(_ text: String) -> Bool {
        text.split(separator: "\n").allSatisfy { String($0).withVisibleControls() == String($0) }
    }

    @Test func noVerbShowsWhatWasRecordedRaw() async throws {
        let program = try await Program.withDirectory()
        let request = try await program.submit("jon01", "jon02", "DSC-8")
        let actor = "h.tan\n\u{1B}[31m\u{202E}"
        for arguments in [
            ["request", "note", request, Self.hostile, "--officer", actor],
            ["request", "reject", request, "--officer", actor, "--reason", "suspected-fraud", "--note", Self.hostile],
            ["device", "deactivate", "DSC-7", "--reason", Self.hostile, "--actor", actor],
        ] {
            let outcome = try await program.run(arguments)
            #expect(isHarmless(outcome.output) && isHarmless(outcome.error), "\(arguments): \(outcome.error)")
        }
        for arguments in [
            ["request", "show", request], ["request", "list"], ["request", "list", "--state", "rejected"],
            ["audit", "explain", request], ["events", "show", "1"], ["policy", "show"], ["sharing", "list"], ["webhook", "list"],
        ] {
            let outcome = try await program.run(arguments)
            #expect(isHarmless(outcome.output), "\(arguments): \(outcome.output)")
            #expect(isHarmless(outcome.error), "\(arguments): \(outcome.error)")
            #expect(!outcome.output.contains("\n  #99"), "\(arguments)")
        }
        let shown = try await program.run("request", "show", request)
        #expect(shown.output.contains(#"\u{1B}[2J"#), "\(shown.output)")
        #expect(shown.output.contains(#"\u{202E}"#))
    }

    @Test func ourOwnColoursAreEscapeSequencesAndNothingElseIs() {
        let line = TerminalText.marked("BOLD", .bold) + " \u{1B}[2J " + TerminalText.marked("a\u{1B}", .red)
        #expect(
            TerminalText.shown(line, hasColour: true) == "\u{1B}[1mBOLD\u{1B}[0m " + #"\u{1B}[2J"# + " \u{1B}[31ma" + #"\u{1B}"#
                + "\u{1B}[0m")
        #expect(TerminalText.shown("a\nb\u{202E}", hasColour: true) == #"a\nb\u{202E}"#)
        #expect(TerminalText.shown(TerminalText.marked("a", .bold), hasColour: false) == #"\u{FDD0}a\u{FDEF}"#)
    }

    @Test func jsonForATerminalIsTheSameValue() throws {
        let value = JSONValue.string(Self.hostile + "\u{E0041}")
        let escaped = TerminalText.escapedJSON(value.text)
        #expect(isHarmless(escaped))
        #expect(try JSONValue(parsing: escaped) == value)
    }

    @Test func linesOfALogAreNotForged() async throws {
        let outcome = try await Program(environment: ["DEVSHARE_DATABASE_URL": "host=/nowhere\u{1B}[31m"]).run("request", "list")
        #expect(outcome.status != 0)
        #expect(isHarmless(outcome.error), "\(outcome.error)")
    }
}

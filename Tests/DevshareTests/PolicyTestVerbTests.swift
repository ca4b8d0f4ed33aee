import Canonical
import Foundation
import TestSupport
import Testing

@Suite("devshare policy test", .fewAtOnce) struct PolicyTestVerbTests {
    private let policy = Program.root.appendingPathComponent("Policies/device-sharing.yaml").path
    private let cases = Program.root.appendingPathComponent("Policies/device-sharing.tests.yaml").path

    /// The bundled policy, which wants fresher consent than its cases say.
    private func stricter() throws -> String {
        let text = try String(contentsOfFile: policy, encoding: .utf8)
        return try temporaryFile("stricter.yaml", text.replacing("duration('15m')", with: "duration('5m')"))
    }

    @Test("shows of a case that fails the rule that differs, with what it read, and not the others")
    func failing() async throws {
        let outcome = try await Program().run("policy", "test", try stricter(), "--cases", cases)
        #expect(outcome.status == 1)
        let start = try #require(outcome.lines.firstIndex { $0.hasPrefix("FAILED  consent-fifteen-minutes-old (line ") })
        #expect(
            outcome.lines[(start + 1)...].prefix(8) == [
                "    expected approve, got reject",
                "    expected failing rules: none; got: owner-consent-fresh",
                "    the rule 'owner-consent-fresh' (The owner's consent is fresh) failed, and was expected to pass",
                "        owner-consent-stale: The device owner consented on 2026-05-04 09:50 UTC. A consent is good for 5 minutes.",
                "        !consent.given || request.submittedAt - consent.givenAt <= consentMaximumAge is false",
                "            consent.given is true",
                "            request.submittedAt is timestamp(\"2026-05-04T10:05:00Z\")",
                "            consent.givenAt is timestamp(\"2026-05-04T09:50:00Z\")",
            ], "\(outcome.output)")
        #expect(!outcome.output.contains("owner-consent-given"))
    }

    @Test("shows every rule where a trace is asked for, of a case that is named also where it passes")
    func trace() async throws {
        let file = try stricter()
        let traced = try await Program().run("policy", "test", file, "--cases", cases, "--trace")
        #expect(traced.output.contains("    every rule:\n        ✓ owner-consent-given: The owner has consented\n"))
        #expect(!traced.output.contains("passed  same-entity"))
        let one = try await Program().run("policy", "test", file, "--cases", cases, "--case", "same-entity", "--trace")
        #expect(one.status == 0)
        #expect(one.output.hasPrefix("passed  same-entity (line "), "\(one.output)")
        #expect(
            one.output.contains("        ✓ device-seasoned: The device has been active for a week\n")
                && one.output.hasSuffix("1 cases passed, 0 failed\n"))
        let silent = try await Program().run("policy", "test", file, "--cases", cases, "--case", "same-entity")
        #expect(silent.output == "1 cases passed, 0 failed\n")
        let unknown = try await Program().run("policy", "test", file, "--cases", cases, "--case", "same-entty")
        #expect(unknown.status == 64 && unknown.error.contains("Did you mean 'same-entity'?"), "\(unknown.error)")
        let both = try await Program().run("policy", "test", file, "--cases", cases, "--case", "same-entity", "--coverage")
        #expect(both.status == 64)
    }

    @Test("says the same as JSON, beside what it has said before")
    func json() async throws {
        let file = try stricter()
        let outcome = try await Program().run("policy", "test", file, "--cases", cases, "--json")
        let line = try #require(try outcome.json().first { $0["case"] == "consent-fifteen-minutes-old" })
        for member in ["case", "line", "passed", "outcome", "differences", "explanation"] {
            #expect(line[member] != nil, "\(member)")
        }
        #expect(line["explanation"]?["rules"]?.arrayValue?.count ?? 0 > 10)
        #expect(line["expected"]?["outcome"] == "approve")
        let rule = try #require(line["rules"]?.arrayValue?.first)
        #expect(rule["rule"] == "owner-consent-fresh" && rule["difference"] == "failed" && rule["consequence"] == "reject")
        let expression = try #require(rule["expressions"]?.arrayValue?.first)
        #expect(expression["value"] == "false")
        #expect(
            expression["reads"]?.arrayValue?.contains([
                "name": "consent.givenAt", "value": "timestamp(\"2026-05-04T09:50:00Z\")",
            ]) == true)
        let passed = try #require(try outcome.json().first { $0["passed"] == true })
        #expect(passed["rules"] == nil && passed["explanation"] == nil)
        let named = try await Program().json(
            "policy", "test", file, "--cases", cases, "--case", "same-entity", "--trace")
        #expect(named.first?["explanation"] != nil)
    }

    private static let facts = "facts:\n" + ExamplePolicy.factsText

    @Test("suggests cases that find out what no case does: appended, none gets away")
    func suggest() async throws {
        let folder = try temporaryFolder()
        let program = Program(directory: folder)
        func write(_ text: String, _ name: String) throws {
            try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
        }
        try write(
            ExamplePolicy.text(
                rules: ExamplePolicy.rule("few", "device.sharedWith < 3 || requester.id == 'jon01'", otherwise: "review")),
            "p.yaml")
        let cases = Self.facts + "cases:\n  - {id: one, expect: approve}"
        try write(cases, "p.tests.yaml")
        let weak = try await program.run("policy", "test", "p.yaml", "--suggest", "more.yaml")
        #expect(weak.status == 1)
        #expect(
            weak.output.contains("once an officer has confirmed each outcome: cat more.yaml >> p.tests.yaml"), "\(weak.output)")
        let suggested = try String(contentsOf: folder.appendingPathComponent("more.yaml"), encoding: .utf8)
        #expect(suggested.contains("  # TO BE CONFIRMED by an officer") && suggested.contains("  - id: boundary-few\n"))

        // A file that is there is left alone, unless one asks for another; and the cases are never written over.
        let again = try await program.run("policy", "test", "p.yaml", "--suggest", "more.yaml")
        #expect(again.status == 65 && again.error.hasPrefix("file-exists: "), "\(again.error)")
        #expect(try await program.run("policy", "test", "p.yaml", "--suggest", "more.yaml", "--overwrite").status == 1)
        let own = try await program.run("policy", "test", "p.yaml", "--suggest", "./p.tests.yaml", "--overwrite")
        #expect(own.status == 64)
        #expect(try String(contentsOf: folder.appendingPathComponent("p.tests.yaml"), encoding: .utf8) == cases)

        // Standard output has the cases alone.
        let printed = try await program.run("policy", "test", "p.yaml", "--suggest", "-")
        #expect(printed.status == 1 && printed.output == suggested)
        #expect(try await program.run("policy", "test", "p.yaml", "--suggest", "-", "--json").status == 64)
        let json = try #require(try await program.run("policy", "test", "p.yaml", "--suggest", "j.yaml", "--json").json().last)
        #expect(json["suggestions"]?.arrayValue?.first?["case"] == "boundary-few")
        #expect(json["withoutSuggestion"]?.arrayValue?.isEmpty == true)

        try write(cases + suggested, "p.tests.yaml")
        let whole = try await program.run("policy", "test", "p.yaml", "--mutants")
        #expect(whole.status == 0, "\(whole.output)\(whole.error)")
        let nothing = try await program.run("policy", "test", "p.yaml", "--suggest", "none.yaml")
        #expect(nothing.status == 0 && !FileManager.default.fileExists(atPath: folder.appendingPathComponent("none.yaml").path))
    }
}

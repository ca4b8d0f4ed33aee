import Canonical
import Foundation
import PostgreSQL
import TestSupport
import Testing

@Suite(.fewAtOnce) struct PolicyVerbTests {
    private let policy = Program.root.appendingPathComponent("Policies/device-sharing.yaml").path

    /// The default policy with one text in the place of another.
    private func candidate(_ old: String, _ new: String) throws -> String {
        let text = try String(contentsOfFile: policy, encoding: .utf8)
        #expect(text.contains(old))
        return try temporaryFile("candidate.yaml", text.replacing(old, with: new))
    }

    @Test func aFileIsCheckedWithoutADatabase() async throws {
        let good = try await Program().run("policy", "check", policy)
        #expect(good.status == 0)
        #expect(good.output.contains("is a policy: device-sharing"))
        let bad = try candidate("require: consent.given", "require: consent.givn")
        let outcome = try await Program().run("policy", "check", bad)
        #expect(outcome.status == 65)
        #expect(outcome.output.isEmpty)
        #expect(outcome.error.contains("\(bad):"))
        #expect(outcome.error.contains("givn"))
        let json = try JSONValue(
            parsing: try await Program().run("policy", "check", bad, "--json").error.trimmingCharacters(in: .newlines))
        #expect(json["error"]?["problems"]?.arrayValue?.first?["line"]?.integerValue ?? 0 > 0)
        #expect(try await Program().run("policy", "check", "/nowhere.yaml").error.hasPrefix("file-unreadable: "))
    }

    @Test func theCasesOfThePolicyPassAndCoverIt() async throws {
        let outcome = try await Program().run("policy", "test", policy, "--coverage")
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("cases passed, 0 failed"))
        let stricter = try candidate("duration('15m')", "duration('5m')")
        let cases = policy.replacing(".yaml", with: ".tests.yaml")
        let failed = try await Program().run("policy", "test", stricter, "--cases", cases)
        #expect(failed.status == 1)
        #expect(failed.output.contains("FAILED  consent-fifteen-minutes-old"))
        #expect(failed.output.contains("expected approve, got reject"))
        #expect(failed.error.hasPrefix("policy-tests-failed: "))
        let gaps = try temporaryFile(
            "few.tests.yaml",
            String(contentsOfFile: cases, encoding: .utf8).split(separator: "\n  # Consent of the owner.")[0] + "\n")
        let uncovered = try await Program().run("policy", "test", policy, "--cases", gaps, "--coverage")
        #expect(uncovered.status == 1)
        #expect(uncovered.output.contains("not covered: owner-consent-given: no case in which it fails"))
    }

    @Test("What a policy declares is shown, listed among its facts, and compared with what another declares")
    func declared() async throws {
        func counting(_ within: String) throws -> String {
            try candidate(
                "\nrules:\n",
                """

                inputs:
                \(ExamplePolicy.input("terminalKnown", "boolean, default: false"))
                counters:
                \(ExamplePolicy.counter("lent", "count: sharings, of: owner-entity, within: \(within)"))
                rules:
                \(ExamplePolicy.rule("few", "counter.lent < 9 || input.terminalKnown", otherwise: "review"))

                """)
        }
        let file = try counting("30d")
        let shown = try await Program().run("policy", "show", file)
        #expect(shown.status == 0, "\(shown.error)")
        #expect(shown.lines.contains { $0.hasPrefix("lent") && $0.hasSuffix("sharings.owner-entity.30d") }, "\(shown.output)")
        let json = try #require(try await Program().run("policy", "show", file, "--json").json().first)
        #expect(
            json["counters"]?.arrayValue?.first
                == ["count": "sharings", "id": "lent", "of": "owner-entity", "title": "A", "within": "30d"])
        #expect(json["inputs"]?.arrayValue?.first?["default"] == false)
        let facts = try await Program().run("policy", "facts", file)
        #expect(facts.lines.contains { $0.contains("counter.lent") && $0.contains("int") }, "\(facts.output)")
        #expect(facts.output.contains("sharings of devices of all users of the owner's entity, that began within 30d"))
        let other = try counting("7d")
        let compared = try await Program().run("policy", "diff", file, other)
        #expect(compared.output.contains("counter lent"), "\(compared.output)\(compared.error)")
        #expect(compared.output.contains("sharings.owner-entity.30d → sharings.owner-entity.7d"))
    }

    @Test("What a policy decides is a table for people, as text, CSV, HTML and JSON; two policies stand side by side")
    func table() async throws {
        let shown = try await Program().run("policy", "table", policy)
        #expect(shown.status == 0, "\(shown.error)")
        let heading = try #require(shown.lines.first { $0.hasPrefix("ENTITIES") })
        #expect(heading.contains("IDENTITY") && heading.contains("dsc-plus"))
        #expect(shown.lines.first { $0.hasPrefix("one individual") }?.contains("approve") == true)
        #expect(shown.output.contains("identity-not-contradicting"), "the rules that decide are listed")
        let looser = try candidate(
            "identity.identical || identity.contradicts\n",
            "identity.identical || identity.contradicts || identity.document == 'missing'\n")
        let both = try await Program().run("policy", "table", policy, looser)
        #expect(
            both.lines.contains { $0.contains("incomplete") && $0.contains("review") && $0.contains("→ approve") },
            "\(both.output)")
        #expect(!both.lines.contains { $0.hasPrefix("one individual") && $0.contains("→") })
        let csv = try await Program().run("policy", "table", policy, "--format", "csv")
        #expect(csv.output.hasPrefix("requester,owner,identity,device,outcome,approvals,rules\r\n"))
        #expect(csv.output.contains("individual,individual,differing,dsc-plus,reject,0,identity-not-contradicting\r\n"))
        let html = try await Program().run("policy", "table", policy, looser, "--format", "html", "--own", "sls-card")
        #expect(html.output.hasPrefix("<!doctype html>") && html.output.contains("<th scope=\"col\">dsc-plus</th>"))
        let json = try #require(try await Program().json("policy", "table", policy, looser).first)
        #expect(json["rows"]?.arrayValue?.first?["decisions"]?.arrayValue?.count == 2)
        let unknown = try await Program().run("policy", "table", policy, "--own", "abacus")
        #expect(unknown.status == 64 && unknown.error.contains("dsc-plus"), "\(unknown.error)")
    }

    @Test func theSchemasForEditorsArePrinted() async throws {
        for (arguments, name) in [([], "policy"), (["policy"], "policy"), (["cases"], "cases")] as [([String], String)] {
            let printed = try await Program().run(["policy", "schema"] + arguments)
            let file = Program.root.appendingPathComponent("Policies/\(name).schema.json")
            let text = try String(contentsOf: file, encoding: .utf8)
            #expect(printed.status == 0 && printed.output == text)
        }
        #expect(try await Program().json("policy", "schema", "cases").first?["required"] == ["facts", "cases"])
    }

    @Test func factsAndRulesAreListed() async throws {
        let facts = try await Program().run("policy", "facts")
        #expect(facts.output.contains("requester.entity"))
        #expect(
            try await Program().json("policy", "facts").contains { $0["path"] == "request.highestLevel" && $0["type"] == "int" })
        let shown = try await Program().run("policy", "show", policy)
        #expect(shown.output.contains("owner-consent-fresh"))
        #expect(shown.output.contains("lapses after 120 hours"))
        let chinese = try await Program().run("policy", "show", policy, "--language", "zh-Hant")
        #expect(chinese.output.contains("裝置持有人已同意"))
        let (program, _) = try await Program.ready()
        #expect(try await program.run("policy", "show").output == shown.output)
        #expect(try await program.run("policy", "show", "--source").output == String(contentsOfFile: policy, encoding: .utf8))
    }

    @Test func columnsLineUpUnderWideCharacters() async throws {
        let lines = try await Program().run("policy", "show", policy, "--language", "zh-Hant").lines
        let columns = lines.dropFirst(1).prefix(14).map { line -> Int? in
            line.range(of: "  (reject|review|OTHERWISE)", options: .regularExpression).map {
                String(line[..<$0.lowerBound]).columns
            }
        }
        #expect(columns.allSatisfy { $0 != nil })
        // The column begins at the same place in every line, whatever stands before it.
        let starts = lines.dropFirst(1).prefix(14).compactMap { line in
            ["reject", "review", "OTHERWISE"].compactMap {
                line.range(of: "  \($0)")?.upperBound == nil ? nil : line.range(of: " \($0)")
            }.first
                .map { String(line[..<$0.upperBound]).columns - (line.contains("OTHERWISE") ? 9 : 6) }
        }
        #expect(Set(starts).count == 1, "\(starts)")
    }

    @Test func aFileIsBroughtIntoTheUsualFormOnceAndForAll() async throws {
        let text = try String(contentsOfFile: policy, encoding: .utf8)
        let file = try temporaryFile("p.yaml", text.replacing("constants:\n", with: "constants:   \n\n\n"))
        let check = try await Program().run("policy", "format", "--check", file)
        #expect(check.status == 1)
        #expect(check.output == "\(file) would be changed\n")
        #expect(try await Program().run("policy", "format", file).output == "\(file) was changed\n")
        #expect(try await Program().run("policy", "format", "--check", file).status == 0)
    }

    @Test func twoPoliciesAreComparedInWordsAndByFacts() async throws {
        let new = try candidate("duration('168h')", "duration('336h')")
        let outcome = try await Program().run("policy", "diff", policy, new)
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("duration('168h') → duration('336h')"))
        #expect(outcome.output.contains("device-seasoned"))
        #expect(outcome.output.hasPrefix("stricter: some requests have a stricter outcome, none a looser one\n"))
        #expect(
            try await Program().run("policy", "diff", policy, policy).output
                == "equal: every request has the same outcome\nthe policies say the same\n")
        let json = try #require(try await Program().json("policy", "diff", policy, new).first)
        #expect(json["verdict"] == "stricter" && json["witnesses"]?.arrayValue?.first?["new"] != nil)
    }

    @Test func aProcessCanAskThatNothingBecomesLooser() async throws {
        let stricter = try candidate("duration('168h')", "duration('336h')")
        #expect(try await Program().run("policy", "diff", "--no-looser", policy, stricter).status == 0)
        #expect(try await Program().run("policy", "diff", "--equal", policy, stricter).status == 1)
        #expect(try await Program().run("policy", "diff", "--no-looser", stricter, policy).status == 1)
        #expect(try await Program().run("policy", "diff", "--equal", policy, policy).status == 0)
    }

    @Test func whatRulesAreToEachOtherIsAWarning() async throws {
        #expect(try await Program().run("policy", "check", "--strict", policy).status == 0)
        let doubled = try candidate(
            "device.sharedWith < widelyShared", "device.sharedWith < widelyShared && device.sharedWith < 100")
        #expect(try await Program().run("policy", "check", "--strict", doubled).status == 0)
        let unused = try candidate("  widelyShared: 3", "  widelyShared: 3\n  forgotten: 4")
        let outcome = try await Program().run("policy", "check", unused)
        #expect(outcome.status == 0 && outcome.output.contains("warning: nothing uses the constant 'forgotten'"))
        #expect(try await Program().run("policy", "check", "--strict", unused).status == 1)
    }

    @Test func aDecisionIsExplainedFromTheLogAndFromFacts() async throws {
        let program = try await Program.withDirectory()
        let id = try await program.submit("mei01", "mei02", "IBK-1")
        let explained = try await program.run("policy", "explain", id)
        #expect(explained.status == 0)
        #expect(explained.output.contains("✗ device-shareable"))
        #expect(explained.output.contains("device.shareable is false"))
        #expect(explained.output.contains("The client reads: Device IBK-1 is of a kind that cannot be shared"))
        let facts = try #require(try await program.json("request", "show", id).first?["facts"])
        let file = try temporaryFile("facts.json", String(decoding: facts.canonicalBytes(), as: UTF8.self))
        let again = try await Program().run("policy", "explain", "--facts", file, "--policy", policy)
        #expect(again.output == explained.output)
        #expect(try await program.run("policy", "explain").status == 64)
    }

    @Test func whatABacktestSaysIsWhatTheCandidateWouldHaveDecided() async throws {
        let program = try await Program.withDirectory()
        let approved = try await program.submit("maria01", "maria02", "DSC-7")
        _ = try await program.submit("mei01", "mei02", "IBK-1")
        let head = try await program.json("events", "tail", "--limit", "1")
        let new = try candidate("duration('168h')", "duration('87600h')")
        let outcome = try await program.run("policy", "backtest", new)
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("\(approved)  approve → review   device-seasoned"))
        #expect(
            outcome.output.contains("2 requests decided again: 1 would have come out otherwise, 1 the same for other reasons"))
        let json = try #require(try await program.json("policy", "backtest", new).last)
        #expect(json["matrix"]?["approve"]?["review"] == 1)
        #expect(json["changesByRule"]?["device-seasoned"] == 1)
        #expect(try await program.json("policy", "backtest", new, "--since", "2100-01-01").last?["requests"] == 0)
        #expect(try await program.json("events", "tail", "--limit", "1") == head)
    }

    @Test func anActivatedPolicyDecidesAndEveryDecisionIsReplayedUnderItsOwn() async throws {
        let program = try await Program.withDirectory()
        _ = try await program.submit("maria01", "maria02", "DSC-7")
        let changed = try candidate("duration('168h')", "duration('87600h')")
        let reused = try await program.run("policy", "activate", changed)
        #expect(reused.status == 1)
        #expect(reused.error.contains("policy-version-reused"))
        let text = try String(contentsOfFile: changed, encoding: .utf8)
        let new = try temporaryFile("new.yaml", text.asPolicyVersion("2026.2"))
        #expect(try await program.run("policy", "activate", new, "--actor", "j.doe").output.contains("is in force (position "))
        let held = try await program.submit("jon01", "jon02", "DSC-8")
        #expect(
            try await program.json("request", "show", held).first?["request"]?["reasons"]?.arrayValue?.contains(
                "device-recently-activated") == true)
        let replay = try await program.run("policy", "replay")
        #expect(replay.status == 0)
        #expect(replay.output == "2 decisions made again under 2 policies: 0 differences\n")
        let broken = try candidate("require: consent.given", "require: consent.givn")
        #expect(try await program.run("policy", "activate", broken).status == 65)
    }

    @Test func aDecisionThatWasAlteredIsNamed() async throws {
        let (program, database) = try await Program.ready()
        _ = try await program.run("directory", "import", try temporaryFile("d.jsonl", SmallDirectory.jsonLines))
        let id = try await program.submit("mei01", "mei02", "IBK-1")
        let connection = try await database.connect()
        // The owner of the database can do what the application cannot.
        try await connection.execute(
            script: """
                ALTER TABLE devshare.event DISABLE TRIGGER USER;
                UPDATE devshare.event SET data = replace(data, '"kind":"ib-key"', '"kind":"dsc-plus"') WHERE type = 'share-request-rejected';
                """)
        await connection.close()
        let replay = try await program.run("policy", "replay")
        #expect(replay.status == 70)
        #expect(replay.output.contains("\(id): recorded reject (device-shareable), the policy gives approve"))
        #expect(replay.error.hasPrefix("decisions-differ: "))
    }
}

extension String {
    /// Columns on a terminal, for the characters of these tests.
    fileprivate var columns: Int { unicodeScalars.reduce(0) { $0 + ($1.value >= 0x2E80 ? 2 : 1) } }
}

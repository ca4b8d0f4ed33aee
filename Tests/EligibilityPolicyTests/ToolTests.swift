import Foundation
import Testing

@testable import EligibilityPolicy

@Suite("The difference between two policies")
struct PolicyDiffTests {
    private func diff(_ change: (String, String)...) throws -> PolicyDiff {
        let text = try Files.policyText("device-sharing.yaml")
        var changed = text
        for (old, new) in change {
            #expect(changed.contains(old))
            changed = changed.replacing(old, with: new)
        }
        return PolicyDiff(old: try Policy.load(text, file: "old"), new: try Policy.load(changed, file: "new"))
    }

    @Test("is nothing for the same text")
    func same() throws {
        let diff = try diff()
        #expect(diff.changes.isEmpty && diff.witness == nil)
    }

    @Test("is told in words, with facts on which they decide differently")
    func constant() throws {
        let diff = try diff(("deviceMinimumAge: duration('168h')", "deviceMinimumAge: duration('336h')"))
        #expect(
            diff.changes.map(\.description) == [
                "changed  constant deviceMinimumAge\n    value: duration('168h') → duration('336h')"
            ])
        let witness = try #require(diff.witness)
        #expect(witness.old.outcome == .approve)
        #expect(witness.new.reasons.map(\.rule) == ["device-seasoned"])
        let asked = try #require(witness.facts.owner.devices.first { $0.id == witness.facts.device })
        let age = witness.facts.decidedAt.duration(since: asked.activatedAt)
        #expect(age >= .seconds(168 * 3_600) && age < .seconds(336 * 3_600))
    }

    @Test("names rules that were removed, added and changed")
    func rules() throws {
        let diff = try diff(
            ("  - id: device-not-widely-shared\n", "  - id: device-shared-with-few\n"),
            ("sharedWith < widelyShared", "sharedWith < widelyShared - 1"),
            (
                "    require: sameEntity || identity.identical || identity.contradicts\n    otherwise: review",
                "    require: sameEntity || identity.identical || identity.contradicts\n    otherwise: reject"
            ))
        #expect(
            diff.changes.map(\.description) == [
                "removed  rule device-not-widely-shared", "changed  rule identity-complete\n    otherwise: review → reject",
                "added  rule device-shared-with-few",
            ])
        #expect(diff.witness != nil)
    }

    @Test("of words only has no witness")
    func words() throws {
        let diff = try diff(("en: The owner has consented", "en: The owner agreed"))
        #expect(diff.changes.count == 1)
        #expect(diff.witness == nil)
    }

    @Test("is found for each rule that is left out", arguments: 0..<13)
    func leavingOut(place: Int) throws {
        let text = try Files.policyText("device-sharing.yaml")
        let old = try Policy.load(text, file: "old")
        var parts = text.components(separatedBy: "\n  - id: ")
        let rule = try #require(parts.firstIndex { $0.hasPrefix("\(old.rules[place].id)\n") })
        // What follows the rule's own lines, such as the next section, stays.
        let tail = parts[rule].components(separatedBy: "\n\n").dropFirst()
        parts[rule - 1] += tail.map { "\n\n" + $0 }.joined()
        parts.remove(at: rule)
        let new = try Policy.load(parts.joined(separator: "\n  - id: "), file: "new")
        #expect(new.rules.count == old.rules.count - 1)
        let diff = PolicyDiff(old: old, new: new)
        #expect(diff.changes.map(\.description) == ["removed  rule \(old.rules[place].id)"])
        let witness = try #require(diff.witness)
        #expect(witness.old.reasons.map(\.rule).contains(old.rules[place].id))
    }
}

@Suite("The usual form of a policy file")
struct PolicyFormatterTests {
    @Test(
        "says the same, keeps comments and is stable",
        arguments: ["device-sharing.yaml", "device-sharing.tests.yaml", "messages.en.yaml"])
    func untidy(file: String) throws {
        let text = try Files.policyText(file)
        let untidy =
            text.components(separatedBy: "\n").map { line in
                let indent = line.prefix { $0 == " " }.count
                let content = String(line.dropFirst(indent))
                return String(repeating: " ", count: indent * 2)
                    + (content.hasPrefix("- ") ? "-   " + content.dropFirst(2) : content) + "  "
            }.joined(separator: "\r\n") + "\r\n\r\n\r\n"
        let formatted = try PolicyFormatter.format(untidy, file: file)
        #expect(formatted == text)
        #expect(try PolicyFormatter.format(formatted, file: file) == formatted)
    }

    @Test("of any text that is YAML says the same and is stable", arguments: [UInt64(31), 32, 33])
    func mutated(seed: UInt64) throws {
        let lines = try Files.policyText("device-sharing.yaml").components(separatedBy: "\n")
        var random = SplitMix64(seed: seed)
        var formatted = 0
        for _ in 0..<200 {
            var changed = lines
            for _ in 0...random.below(4) {
                let place = random.below(changed.count)
                switch random.below(4) {
                case 0: changed[place] = " " + changed[place]
                case 1: changed.insert("", at: place)
                case 2: changed[place] += "   "
                default: changed.insert("# a comment", at: place)
                }
            }
            let text = changed.joined(separator: "\n")
            guard let before = Document(text, limit: 1_000_000, report: ProblemReport(file: "")) else { continue }
            let once = try PolicyFormatter.format(text, file: "")
            let after = try #require(Document(once, limit: 1_000_000, report: ProblemReport(file: "")))
            #expect(after.root.isSame(as: before.root), "seed \(seed)")
            #expect(try PolicyFormatter.format(once, file: "") == once, "seed \(seed)")
            #expect(once.split { !$0.isLetter && $0 != "#" } == text.split { !$0.isLetter && $0 != "#" })
            formatted += 1
        }
        #expect(formatted > 20)
    }

    @Test("keeps what stands in a block over several lines")
    func blocks() throws {
        let text = "a: |\n    one\n      two  \n\n\n    three\nb:\n    -   c: >\n            d\n    -   - e\n        - f\n"
        let formatted = try PolicyFormatter.format(text, file: "")
        let report = ProblemReport(file: "")
        let before = try #require(Document(text, limit: 1_000, report: report))
        #expect(try #require(Document(formatted, limit: 1_000, report: report)).root.isSame(as: before.root))
    }
}

@Suite("The explanation of a decision")
struct ExplanationTests {
    @Test("shows every rule, and the values of all its parts")
    func explanation() throws {
        let policy = try Files.defaultPolicy()
        var facts = FactsSampler(seed: 1, policies: [policy]).plain
        facts.requester.entity = "E-2"
        facts.identity.citizenship = .mismatch
        let explanation = policy.explain(facts)
        #expect(explanation.decision == policy.evaluate(facts))
        #expect(explanation.rules.map(\.rule.id) == policy.rules.map(\.id))
        let rule = try #require(explanation.rules.first { $0.rule.id == "identity-not-contradicting" })
        #expect(
            rule.steps.map { "\($0.depth) \($0.text) = \($0.value)" } == [
                "0 sameEntity || !identity.contradicts = false", "1 sameEntity = false",
                "2 requester.entity == owner.entity = false", "3 requester.entity = \"E-2\"", "3 owner.entity = \"E-1\"",
                "1 !identity.contradicts = false", "2 identity.contradicts = true",
            ])
        #expect(
            explanation.description.contains(
                "reject  identity-not-contradicting: identity-mismatch\n    with attributes: citizenship"))
        #expect(explanation.json["rules"]?.arrayValue?.count == policy.rules.count)
    }
}

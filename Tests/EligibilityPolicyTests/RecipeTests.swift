import Canonical
import Foundation
import TestSupport
import Testing

@testable import EligibilityPolicy

/// The rules that docs/policy.md gives for wishes that policy authors have.
@Suite("A recipe of docs/policy.md")
struct RecipeTests {
    /// The blocks of YAML that are marked with these words.
    private static func blocks(_ mark: String) throws -> [(name: String, text: String)] {
        let document = Files.policies.deletingLastPathComponent().appendingPathComponent("docs/policy.md")
        let text = try String(contentsOf: document, encoding: .utf8)
        return text.components(separatedBy: "```yaml \(mark)").dropFirst().compactMap { part in
            guard let end = part.range(of: "\n```") else { return nil }
            let lines = part[..<end.lowerBound].split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            return (lines[0].trimmingCharacters(in: .whitespaces), lines.count > 1 ? String(lines[1]) : "")
        }
    }

    private static func policyText() throws -> String { try Files.policyText("device-sharing.yaml") }

    /// The bundled policy with the recipe's rule.
    private static func policy(_ name: String) throws -> Policy {
        let rule = try #require(try blocks("rule").first { $0.name == name })
        let reasons = try ["reasons", "inputs", "counters"].compactMap { try blocks($0).first { $0.name == name }?.text }.joined(
            separator: "\n")
        return try Policy.load(
            try policyText().replacing("\nrules:\n", with: "\n\(reasons)\nrules:\n\(rule.text)\n"), file: "device-sharing.yaml")
    }

    /// Facts of a request that the bundled policy approves, at noon of a Thursday in Hong Kong.
    private static func facts() throws -> Facts {
        let decided = try #require(Timestamp("2026-12-03T04:00:00Z"))
        var facts = FactsSampler(seed: 1, policies: [try Policy.load(try policyText(), file: "device-sharing.yaml")]).plain
        facts.submittedAt = decided
        facts.decidedAt = decided
        facts.consent?.givenAt = decided
        return facts
    }

    @Test("is there for each of these wishes, and approves what the bundled policy approves")
    func recipes() throws {
        let names = try Self.blocks("rule").map(\.name)
        #expect(
            names == [
                "office-hours", "two-for-organisations", "one-sharing-from-january", "try-a-month", "strong-consent", "risk",
                "few-sharings", "one-person", "strong-session",
            ])
        for name in names {
            var facts = try Self.facts()
            facts.inputs = InputValues(["riskBand": .word("low")])
            facts.session = SessionFacts(methods: [.pwd, .otp], level: 2, authenticatedAt: facts.submittedAt)
            let decision = try Self.policy(name).evaluate(facts)
            #expect(decision.outcome == .approve, "\(name): \(decision.reasons)")
        }
    }

    @Test("holds what is asked for at night, or on a Saturday", arguments: ["2026-12-03T12:00:00Z", "2026-12-05T04:00:00Z"])
    func officeHours(moment: String) throws {
        var facts = try Self.facts()
        facts.decidedAt = try #require(Timestamp(moment))
        let decision = try Self.policy("office-hours").evaluate(facts)
        #expect(decision.outcome == .review)
        #expect(decision.reasons.map(\.rule) == ["office-hours"])
        #expect(decision.reasons.map(\.code.rawValue) == ["policy.outside-office-hours"])
        #expect(decision.reasons.first?.parameters == ["openFrom": "09:00", "openUntil": "18:00"])
        // The client is told it as it is.
        #expect(decision.disclosed == nil)
    }

    @Test("says what is said of it to clients")
    func officeHoursInWords() throws {
        let policy = try Self.policy("office-hours")
        let id = try #require(PolicyReasonID(rawValue: "policy.outside-office-hours"))
        let reason = try #require(policy.reasons[id])
        let message = try MessageTemplate(reason.message[.english]).filled {
            ["openFrom": "09:00", "openUntil": "18:00"][$0] ?? "?"
        }
        let document = try String(
            contentsOf: Files.policies.deletingLastPathComponent().appendingPathComponent("docs/policy.md"), encoding: .utf8
        ).replacing("\n", with: " ")
        #expect(document.contains("reads: \"\(message) \(reason.advice[.english])\""))
    }

    @Test("asks two officers within a day where an organisation is involved")
    func organisations() throws {
        var facts = try Self.facts()
        facts.owner.entityKind = .organization
        facts.requester.entityKind = .organization
        let policy = try Self.policy("two-for-organisations")
        let decision = policy.evaluate(facts)
        #expect(decision.outcome == .review && decision.approvalsRequired == 2)
        #expect(policy.pending(of: decision) == PendingTimes(expiry: .seconds(86_400), escalation: .seconds(4 * 3_600)))
    }

    @Test(
        "begins on 1 January in Hong Kong",
        arguments: [("2026-12-31T15:59:59Z", Outcome.approve), ("2026-12-31T16:00:00Z", .reject)])
    func january(moment: String, outcome: Outcome) throws {
        var facts = try Self.facts()
        facts.sharedWith = 1
        facts.decidedAt = try #require(Timestamp(moment))
        #expect(try Self.policy("one-sharing-from-january").evaluate(facts).outcome == outcome)
    }

    @Test("notes for a month what it would hold, and then no more")
    func tryout() throws {
        var facts = try Self.facts()
        let policy = try Self.policy("try-a-month")
        for place in facts.owner.devices.indices {
            facts.owner.devices[place].activatedAt = facts.decidedAt.advanced(by: .seconds(-20 * 86_400))
        }
        let noted = policy.evaluate(facts)
        #expect(noted.outcome == .approve && noted.notes.map(\.rule) == ["try-a-month"])
        facts.decidedAt = try #require(Timestamp("2027-01-31T16:00:00Z"))
        for place in facts.owner.devices.indices {
            facts.owner.devices[place].activatedAt = facts.decidedAt.advanced(by: .seconds(-20 * 86_400))
        }
        #expect(policy.evaluate(facts).notes.isEmpty)
    }

    @Test("takes no consent by text message for the strongest card")
    func consent() throws {
        var facts = try Self.facts()
        facts.owner.devices = [DeviceFacts(id: facts.device, kind: "dsc-plus", activatedAt: facts.owner.devices[0].activatedAt)]
        facts.consent?.method = "sms-code"
        #expect(try Self.policy("strong-consent").evaluate(facts).reasons.map(\.rule) == ["strong-consent"])
    }

    @Test(
        "counts what an owner and an entity lent within a month",
        arguments: [(1, 3, Outcome.approve), (2, 3, .review), (1, 4, .review)])
    func fewSharings(ofOwner: Int, ofEntity: Int, outcome: Outcome) throws {
        var facts = try Self.facts()
        facts.counters = CounterValues([
            try #require(HistoryCounter("sharings.owner.30d")): ofOwner,
            try #require(HistoryCounter("sharings.owner-entity.30d")): ofEntity,
        ])
        let decision = try Self.policy("few-sharings").evaluate(facts)
        #expect(decision.outcome == outcome)
        #expect(outcome == .approve || decision.reasons.map(\.code.rawValue) == ["policy.shared-often"])
    }

    @Test(
        "looks at a risky session, and refuses a very risky one, whose reason the client is not told",
        arguments: [
            ([:], Outcome.review), (["terminalKnown": .flag(true)], .approve), (["riskBand": .word("high")], .reject),
            (["riskBand": .word("low"), "clientCountry": .word("KP")], .reject), (["riskBand": .word("low")], .approve),
        ] as [([String: InputValue], Outcome)])
    func risk(inputs: [String: InputValue], outcome: Outcome) throws {
        var facts = try Self.facts()
        facts.inputs = InputValues(inputs)
        let decision = try Self.policy("risk").evaluate(facts)
        #expect(decision.outcome == outcome)
        #expect(outcome == .approve || decision.reasons.allSatisfy { $0.code.rawValue == "policy.session-at-risk" })
        #expect(outcome == .approve || decision.disclosed != nil)
    }

    @Test("has two persons of one organisation looked at, and refuses minors")
    func persons() throws {
        let policy = try Self.policy("one-person")
        for (kind, requester, owner, adult, outcome): (EntityKind, String?, String?, Adulthood, Outcome) in [
            (.organization, "P-1", "P-1", .yes, .approve), (.organization, "P-1", "P-2", .yes, .review),
            (.organization, nil, nil, .unknown, .review), (.individual, nil, nil, .unknown, .approve),
            (.individual, "P-1", "P-1", .no, .reject),
        ] {
            var facts = try Self.facts()
            (facts.requester.entityKind, facts.owner.entityKind) = (kind, kind)
            (facts.requester.person, facts.owner.person) = (requester, owner)
            facts.requester.adult = adult
            #expect(policy.evaluate(facts).outcome == outcome, "\(kind) \(requester ?? "–") \(owner ?? "–") \(adult)")
        }
    }

    @Test("asks for a fresh login by two factors for the strongest card")
    func session() throws {
        var facts = try Self.facts()
        facts.owner.devices = [DeviceFacts(id: facts.device, kind: "dsc-plus", activatedAt: facts.owner.devices[0].activatedAt)]
        let policy = try Self.policy("strong-session")
        for (methods, minutes, outcome): ([AuthenticationMethod], Int, Outcome) in [
            ([.pwd, .hwk], 15, .approve), ([.pwd], 1, .review), ([.hwk], 16, .review),
        ] {
            facts.session = SessionFacts(
                methods: methods, level: 1, authenticatedAt: facts.submittedAt.advanced(by: .seconds(-60 * minutes)))
            #expect(policy.evaluate(facts).outcome == outcome)
        }
        facts.session = nil
        #expect(policy.evaluate(facts).reasons.map(\.code.rawValue) == ["policy.login-too-weak"])
    }

    @Test("excepts a pair from rules until its end")
    func exemption() throws {
        let block = try #require(try Self.blocks("exemptions").first)
        let policy = try Policy.load(try Self.policyText() + "\n" + block.text + "\n", file: "device-sharing.yaml")
        var facts = try Self.facts()
        for place in facts.owner.devices.indices {
            facts.owner.devices[place].activatedAt = facts.decidedAt.advanced(by: .seconds(-86_400))
        }
        #expect(policy.evaluate(facts).outcome == .review)
        facts.requester.id = "jon01"
        facts.owner.id = "maria02"
        #expect(policy.evaluate(facts).outcome == .approve)
    }
}

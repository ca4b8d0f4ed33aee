import Canonical
import TestSupport
import Testing

@testable import EligibilityPolicy

@Suite("The life of a rule")
struct RuleLifeTests {
    private static func problems(_ rules: [String], exemptions: [String] = []) throws -> String {
        let error = try #require(throws: PolicyError.self) {
            try ExamplePolicy.load(rules: rules, exemptions: exemptions)
        }
        return "\(error)"
    }

    private func facts(decidedAt moment: String) throws -> Facts {
        var facts = ExamplePolicy.plainFacts
        facts.decidedAt = try #require(Timestamp(moment))
        return facts
    }

    // MARK: Notes

    @Test("may be to be noted only: Given it fails, then the outcome is what it is without the rule, and the decision says so")
    func notes() throws {
        let policy = try ExamplePolicy.load(rules: [
            ExamplePolicy.rule("noted", "device.sharedWith > 5", otherwise: "note"),
            ExamplePolicy.rule("held", "device.sharedWith < 2", otherwise: "review"),
        ])
        var facts = ExamplePolicy.plainFacts
        let approval = policy.evaluate(facts)
        #expect(approval.outcome == .approve && approval.reasons.isEmpty && approval.notes.map(\.rule) == ["noted"])
        facts.sharedWith = 3
        let review = policy.evaluate(facts)
        #expect(review.outcome == .review && review.approvalsRequired == 1)
        #expect(review.reasons.map(\.rule) == ["held"] && review.notes.map(\.rule) == ["noted"])
        for decision in [approval, review] {
            var writer = CanonicalJSONWriter()
            decision.write(to: &writer)
            let read = try Decision(json: JSONValue(parsing: writer.bytes))
            #expect(read.outcome == decision.outcome && read.notes == decision.notes && read.reasons == decision.reasons)
            let made = Decision(policy: policy.digest, rulings: decision.rulings, approvalsRequired: decision.approvalsRequired)
            #expect(made == decision)
        }
    }

    @Test("as a note holds nothing, and so has no approvals and no times")
    func notesHoldNothing() throws {
        let problems = try Self.problems([
            ExamplePolicy.rule("a", "device.sharedWith < 2", otherwise: "note", approvals: 2),
            ExamplePolicy.rule("b", "device.sharedWith < 3", otherwise: "reject", more: "pending: {expiresAfter: 1h}"),
        ])
        #expect(problems.contains("nobody approves what is only noted"))
        #expect(problems.contains("the rule holds no request"))
    }

    // MARK: From and until

    @Test(
        "is from its beginning to its end, which is no part of it",
        arguments: [
            ("2026-12-31T15:59:59.999999Z", true), ("2026-12-31T16:00:00Z", false), ("2027-03-31T15:59:59Z", false),
            ("2027-04-01T00:00:00+08:00", true),
        ])
    func span(moment: String, passes: Bool) throws {
        let span = "from: 2027-01-01T00:00:00+08:00, until: 2027-04-01T00:00:00+08:00"
        let policy = try ExamplePolicy.load(rules: [ExamplePolicy.rule("a", "device.sharedWith > 5", more: span)])
        #expect(policy.evaluate(try facts(decidedAt: moment)).rulings.map(\.passed) == [passes])
    }

    @Test("ends after it begins, at moments that are moments")
    func badSpans() throws {
        let problems = try Self.problems([
            ExamplePolicy.rule("a", "device.sharedWith < 2", more: "from: 2027-01-01T00:00:00Z, until: 2027-01-01T00:00:00Z"),
            ExamplePolicy.rule("b", "device.sharedWith < 3", more: "from: 2027-01-01"),
        ])
        #expect(problems.contains("the rule would end before it begins"))
        #expect(problems.contains("'2027-01-01' is not a moment") && problems.contains("RFC 3339"))
    }

    // MARK: At

    @Test("is at new requests only where it says so: Given a rule for renewals, then no decision on a request names it")
    func moments() throws {
        let policy = try ExamplePolicy.load(rules: [
            ExamplePolicy.rule("a", "device.sharedWith > 5", more: "at: [renewal, re-check]"),
            ExamplePolicy.rule("b", "device.sharedWith < 5", more: "at: admission"),
        ])
        let decision = policy.evaluate(ExamplePolicy.plainFacts)
        #expect(decision.outcome == .approve && decision.rulings.map(\.rule) == ["b"])
        #expect(policy.rules.map(\.at) == [[.renewal, .recheck], [.admission]])
        #expect(policy.explain(ExamplePolicy.plainFacts).rules.map(\.rule.id) == ["b"])
    }

    @Test("is everywhere where it does not say, but for ages and temporary devices, which are not looked at again")
    func usualMoments() throws {
        let policy = try ExamplePolicy.load(
            variables: "{age: request.decidedAt - device.activatedAt}",
            rules: [
                ExamplePolicy.rule("level", "device.level >= request.highestLevel"),
                ExamplePolicy.rule("fresh", "!consent.given || request.submittedAt - consent.givenAt < duration('1h')"),
                ExamplePolicy.rule("age", "age > duration('1h')"),
                ExamplePolicy.rule("temporary", "!(owner .hasTemporaryDevice)"),
            ])
        let young: Set<EvaluationMoment> = [.admission, .renewal]
        #expect(policy.rules.map(\.at) == [Set(EvaluationMoment.allCases), young, young, young])
    }

    @Test("is at moments that there are")
    func unknownMoments() throws {
        let problems = try Self.problems([
            ExamplePolicy.rule("a", "device.sharedWith < 2", more: "at: [admision, renewal, renewal]"),
            ExamplePolicy.rule("b", "device.sharedWith < 3", more: "at: []"),
        ])
        #expect(problems.contains("'admision' is not a moment at which a rule acts") && problems.contains("'admission'?"))
        #expect(problems.contains("'renewal' is there twice"))
        #expect(problems.contains("'at' must be a list of moments, with at least one"))
    }

    // MARK: Times

    @Test("may give officers less time: of several rules that hold a request the shortest time counts")
    func pendingTimes() throws {
        let policy = try ExamplePolicy.load(rules: [
            ExamplePolicy.rule("short", "device.sharedWith % 2 == 0", otherwise: "review", more: "pending: {expiresAfter: 4h}"),
            ExamplePolicy.rule("usual", "device.sharedWith / 2 % 2 == 0", otherwise: "review"),
            ExamplePolicy.rule(
                "long", "device.sharedWith / 4 % 2 == 0", otherwise: "review",
                more: "pending: {expiresAfter: 96h, escalatesAfter: 2h}"),
        ])
        func times(_ sharedWith: Int) -> PendingTimes {
            var facts = ExamplePolicy.plainFacts
            facts.sharedWith = sharedWith
            return policy.pending(of: policy.evaluate(facts))
        }
        #expect(times(1) == PendingTimes(expiry: .seconds(4 * 3_600), escalation: nil))
        #expect(times(2) == PendingTimes(expiry: .seconds(24 * 3_600), escalation: .seconds(8 * 3_600)))
        #expect(times(4) == PendingTimes(expiry: .seconds(96 * 3_600), escalation: .seconds(2 * 3_600)))
        // What would be escalated after it has expired is not.
        #expect(times(3) == PendingTimes(expiry: .seconds(4 * 3_600), escalation: nil))
        #expect(times(5) == PendingTimes(expiry: .seconds(4 * 3_600), escalation: .seconds(2 * 3_600)))
    }

    // MARK: Exemptions

    private static func exemption(
        _ id: String = "merger", rules: String = "[a]", requester: String = "r", owner: String = "o",
        until: String = "2027-01-01T00:00:00Z"
    ) -> String {
        "  - {id: \(id), rules: \(rules), requester: \(requester), owner: \(owner), until: \(until), reason: ticket 4711}"
    }

    @Test("knows exemptions: of one pair, one way, from the rules that are named, until a moment")
    func exemptions() throws {
        let policy = try ExamplePolicy.load(
            rules: [
                ExamplePolicy.rule("a", "device.sharedWith > 5"),
                ExamplePolicy.rule("b", "device.sharedWith < 2", otherwise: "review"),
                ExamplePolicy.rule("c", "1 / device.sharedWith > 5", otherwise: "review"),
            ], exemptions: [Self.exemption(rules: "[a, c]")])
        var facts = try facts(decidedAt: "2026-12-31T23:59:59Z")
        #expect(policy.evaluate(facts).outcome == .approve, "also from a rule that fails to evaluate")
        facts.sharedWith = 3
        #expect(policy.evaluate(facts).reasons.map(\.rule) == ["b"])
        let moment = try #require(Timestamp("2027-01-01T00:00:00Z"))
        facts.decidedAt = moment
        #expect(policy.evaluate(facts).outcome == .reject)
        facts = try self.facts(decidedAt: "2026-12-31T23:59:59Z")
        facts.requester.id = "o"
        facts.owner.id = "r"
        #expect(policy.evaluate(facts).outcome == .reject)
        let states = [-86_400, 0, -15 * 86_400].map { seconds in
            policy.exemptions[0].state(at: moment.advanced(by: .seconds(seconds)))
        }
        #expect(states == [.lapsing, .lapsed, .standing])
    }

    @Test("refuses exemptions of what is no user's id, such as a text that would end a text of an expression")
    func exemptionsAreOfUsers() throws {
        for id in [
            #""x' || true || 'y""#, #"'back\slash'"#, #""x\u0D4E' || true //""#, #""jon01 ""#, "jon/01",
            String(repeating: "a", count: 65),
        ] {
            let problems = try Self.problems(
                [ExamplePolicy.rule("a", "device.sharedWith > 5")], exemptions: [Self.exemption(requester: id)])
            #expect(problems.contains("is not a user's id"), "\(id)")
        }
    }

    @Test("may follow another with the same condition, where they act at other times or one only notes")
    func sameConditions() throws {
        let condition = "device.sharedWith > 5"
        let policy = try ExamplePolicy.load(rules: [
            ExamplePolicy.rule("noted", condition, otherwise: "note", more: "until: 2027-02-01T00:00:00Z"),
            ExamplePolicy.rule("held", condition, otherwise: "review", more: "from: 2027-02-01T00:00:00Z"),
            ExamplePolicy.rule("again", condition, otherwise: "reject", more: "at: re-check"),
            ExamplePolicy.rule("stop", "false", more: "from: 2027-02-01T00:00:00Z, until: 2027-02-02T00:00:00Z"),
        ])
        #expect(policy.evaluate(ExamplePolicy.plainFacts).outcome == .approve)
        let problems = try Self.problems([
            ExamplePolicy.rule("one", condition, otherwise: "review"), ExamplePolicy.rule("two", condition, otherwise: "reject"),
        ])
        #expect(problems.contains("shadowed"))
    }

    @Test("is explained where it does not act: Given an exemption, then the explanation names it")
    func explained() throws {
        let policy = try ExamplePolicy.load(
            rules: [ExamplePolicy.rule("a", "device.sharedWith > 5")], exemptions: [Self.exemption()])
        let facts = try facts(decidedAt: "2026-12-31T23:59:59Z")
        #expect(policy.explain(facts).rules.map(\.exclusion) == [.exemption("merger")])
        #expect("\(policy.explain(facts))".contains("does not act (exemption merger)"))
        #expect(policy.mayNotAct("a"))
    }

    @Test("refuses exemptions from rules that are not there, of one user, or with an id that cannot be seen")
    func badExemptions() throws {
        let problems = try Self.problems(
            [ExamplePolicy.rule("seasoned", "device.sharedWith > 5")],
            exemptions: [
                Self.exemption(rules: "[seasonde]"), Self.exemption("two", rules: "[seasoned]", requester: "o"),
                Self.exemption("three", rules: "[seasoned]", requester: #""r\u200b""#),
                Self.exemption("two", rules: "[seasoned]", until: "tomorrow"),
            ])
        #expect(problems.contains("the policy has no rule 'seasonde'") && problems.contains("Did you mean 'seasoned'?"))
        #expect(problems.contains("'o' is the requester as well"))
        #expect(problems.contains("U+200B"), "\(problems)")
        #expect(problems.contains("'tomorrow' is not a moment"))
        #expect(problems.contains("the exemption 'two' stands in line"))
    }
}

import Canonical
import TestSupport
import Testing

@testable import EligibilityPolicy

@Suite("What a policy asks portals for")
struct InputTests {
    private static let band = ExamplePolicy.input("riskBand", "choice, values: [low, medium, high], default: medium")
    private static let score = ExamplePolicy.input("score", "integer, range: [0, 100], default: 50")
    private static let known = ExamplePolicy.input("terminalKnown", "boolean, default: false, required: true")
    private static let country = ExamplePolicy.input("country", "country, default: ZZ")

    private static func policy(_ requirement: String) throws -> Policy {
        try ExamplePolicy.load(rules: [ExamplePolicy.rule("a", requirement)], inputs: [band, score, known, country])
    }

    private static func outcome(_ requirement: String, _ inputs: [String: InputValue]) throws -> Outcome {
        var facts = ExamplePolicy.plainFacts
        facts.inputs = InputValues(inputs)
        return try policy(requirement).evaluate(facts).outcome
    }

    // MARK: Decisions

    @Test(
        "is a fact of its rules, of its own type",
        arguments: [
            ("input.riskBand != 'high'", "riskBand", InputValue.word("low"), InputValue.word("high")),
            ("input.score < 80", "score", .integer(79), .integer(80)),
            ("input.terminalKnown", "terminalKnown", .flag(true), .flag(false)),
            ("!(input.country in ['IR', 'KP'])", "country", .word("HK"), .word("KP")),
        ])
    func facts(requirement: String, name: String, passing: InputValue, failing: InputValue) throws {
        #expect(try Self.outcome(requirement, [name: passing]) == .approve)
        #expect(try Self.outcome(requirement, [name: failing]) == .reject)
    }

    @Test("counts as its default where a request lacks it, or has what is none of its type")
    func fallback() throws {
        for inputs in [[:], ["riskBand": InputValue.word("extreme")], ["riskBand": .integer(3)], ["riskBand": .flag(true)]] {
            #expect(try Self.outcome("input.riskBand == 'medium'", inputs) == .approve, "\(inputs)")
        }
        #expect(try Self.outcome("input.score == 50", ["score": .integer(101)]) == .approve)
        #expect(try Self.outcome("input.country == 'ZZ'", ["country": .word("Atlantis")]) == .approve)
    }

    @Test("is recorded with the facts, and read back as it was, in both ways of reading")
    func recorded() throws {
        var facts = ExamplePolicy.plainFacts
        facts.inputs = InputValues(["b": .word("x\"y"), "a": .integer(-3), "c": .flag(true)])
        var writer = CanonicalJSONWriter()
        facts.write(to: &writer)
        let text = String(decoding: writer.bytes, as: UTF8.self)
        #expect(text.contains(#""inputs":{"a":-3,"b":"x\"y","c":true}"#))
        #expect(try Facts(canonical: writer.bytes) == facts)
        #expect(try Facts(json: JSONValue(parsing: writer.bytes)) == facts)
        #expect(try JSONValue(parsing: writer.bytes).canonicalBytes() == writer.bytes)
        facts.inputs = .none
        var plain = CanonicalJSONWriter()
        facts.write(to: &plain)
        #expect(!String(decoding: plain.bytes, as: UTF8.self).contains("inputs"))
    }

    // MARK: New requests

    @Test("is taken as it is recorded: a country's code in two capital letters")
    func normalized() throws {
        let said = InputValues(["terminalKnown": .flag(true), "country": .word("deu"), "score": .integer(0)])
        let checked = try Self.policy("consent.given").check(said).get()
        #expect(checked == InputValues(["terminalKnown": .flag(true), "country": .word("DE"), "score": .integer(0)]))
    }

    @Test(
        "is refused with its name and the remedy where it is unknown, of another type, out of range, or missing",
        arguments: [
            (["riskBan": InputValue.word("low")], "riskBan", "Did you mean 'riskBand'?"),
            (["riskBand": .word("extreme")], "riskBand", "must be one of low, medium, high"),
            (["riskBand": .flag(true)], "riskBand", "must be one of low, medium, high"),
            (["score": .integer(101)], "score", "must be a whole number from 0 to 100"),
            (["score": .word("7")], "score", "must be a whole number from 0 to 100"),
            (["country": .word("Atlantis")], "country", "must be a country's code"),
            (["score": .integer(1)], "terminalKnown", "is missing: it must be true or false"),
        ])
    func refused(inputs: [String: InputValue], name: String, problem: String) throws {
        guard case .failure(let refused) = try Self.policy("consent.given").check(InputValues(inputs)) else {
            return #expect(Bool(false), "\(inputs) were taken")
        }
        #expect(refused.input == name)
        #expect(refused.problem.contains(problem), "\(refused.problem)")
    }

    // MARK: The file

    @Test(
        "is checked with the file",
        arguments: [
            (ExamplePolicy.input("a", "choice, default: x"), "a choice needs 'values'"),
            (ExamplePolicy.input("a", "choice, values: [x], default: y"), "'default' must be one of x"),
            (ExamplePolicy.input("a", "choice, values: [x, x], default: x"), "'x' stands in line"),
            (ExamplePolicy.input("a", "choice, values: ['7'], default: x"), "'7' is not a value of a choice"),
            (ExamplePolicy.input("a", "choice, values: ['true'], default: x"), "'true' is not a value of a choice"),
            (ExamplePolicy.input("a", "integer, default: 1"), "a whole number needs 'range'"),
            (ExamplePolicy.input("a", "integer, range: [5, 1], default: 1"), "a whole number needs 'range'"),
            (ExamplePolicy.input("a", "integer, range: [0, ten, 100], default: 1"), "a whole number needs 'range'"),
            (ExamplePolicy.input("a", "integer, range: [0, +9], default: 1"), "a whole number needs 'range'"),
            (ExamplePolicy.input("a", "integer, range: [0, 9], default: 007"), "'default' must be a whole number from 0 to 9"),
            (ExamplePolicy.input("a", "integer, range: [0, 9], default: 10"), "'default' must be a whole number from 0 to 9"),
            (ExamplePolicy.input("a", "boolean, default: maybe"), "'default' must be true or false"),
            (ExamplePolicy.input("a", "boolean, values: [x], default: true"), "has no values"),
            (ExamplePolicy.input("a", "country, range: [0, 1], default: DE"), "has no range"),
            (ExamplePolicy.input("a", "country, default: XX"), "'default' must be a country's code"),
            (ExamplePolicy.input("a", "text, default: x"), "'type' must be choice or integer or boolean or country"),
            (ExamplePolicy.input("a-b", "boolean, default: true"), "is not the name of an input"),
            (ExamplePolicy.input("in", "boolean, default: true"), "is not the name of an input"),
            (ExamplePolicy.input("a", "boolean"), "an input needs 'default'"),
        ])
    func files(input: String, problem: String) throws {
        let error = try #require(throws: PolicyError.self) {
            try ExamplePolicy.load(rules: [ExamplePolicy.rule("a", "consent.given")], inputs: [input])
        }
        #expect("\(error)".contains(problem), "\(error)")
    }

    @Test("is found where an expression misspells it, or holds it against what it never is")
    func misspelt() throws {
        for (requirement, problem) in [
            ("input.riskBond == 'low'", "riskBand"), ("input.riskBand != 'hihg'", "Did you mean 'high'?"),
            ("input.country == 'DEU'", "the input 'country' is never 'DEU'"), ("input.score == 'x'", "no matching overload"),
        ] {
            let error = try #require(throws: PolicyError.self) { try Self.policy(requirement) }
            #expect("\(error)".contains(problem), "\(requirement): \(error)")
        }
    }

    @Test("leaves the name `input` to the constants of a policy that asks for nothing")
    func names() throws {
        let rule = ExamplePolicy.rule("a", "device.sharedWith < input")
        #expect(try ExamplePolicy.load(constants: "{input: '3'}", rules: [rule]).inputs.isEmpty)
        #expect(throws: PolicyError.self) {
            try ExamplePolicy.load(constants: "{input: '3'}", rules: [rule], inputs: [Self.score])
        }
        #expect(throws: PolicyError.self) {
            try ExamplePolicy.load(rules: [ExamplePolicy.rule("a", "input.score < 3")])
        }
    }

    @Test("leaves the name `session` to a policy that was put in force before there were sessions")
    func formerNames() throws {
        let text = ExamplePolicy.text(
            constants: "{session: '3'}", rules: ExamplePolicy.rule("a", "device.sharedWith < session"))
        #expect(try Policy.loadRecorded(text, file: "example.yaml").evaluate(ExamplePolicy.plainFacts).outcome == .approve)
        #expect(throws: PolicyError.self) { try Policy.load(text, file: "example.yaml") }
    }

    @Test("and such a policy decides as before where its rules end, where pairs are exempt, and under conditions from outside")
    func formerLives() throws {
        let text = ExamplePolicy.text(
            constants: "{session: '3'}",
            rules: ExamplePolicy.rule("a", "device.sharedWith < session", more: "until: 2027-01-01T00:00:00Z"),
            exemptions: "  - {id: pair, rules: [a], requester: r, owner: o, until: 2026-06-01T00:00:00Z, reason: ticket}")
        let policy = try Policy.loadRecorded(text, file: "example.yaml")
        var facts = ExamplePolicy.plainFacts
        facts.sharedWith = 4
        for (decidedAt, outcome) in [
            ("2026-05-31T23:59:59Z", Outcome.approve), ("2026-06-01T00:00:00Z", .reject), ("2027-01-01T00:00:00Z", .approve),
        ] {
            facts.decidedAt = try #require(Timestamp(decidedAt))
            #expect(policy.evaluate(facts).outcome == outcome, "\(decidedAt)")
        }
        let invariants = try Invariant.load(
            """
            invariants:
              - {id: late, title: {en: A, zh-Hant: 甲, zh-Hans: 甲}, holds: when-approved, require: "request.decidedAt == timestamp('2027-01-01T00:00:00Z')"}
              - {id: strong, title: {en: A, zh-Hant: 甲, zh-Hans: 甲}, holds: when-approved, require: "session.level == 0"}
            """, file: "invariants.yaml")
        #expect(policy.value(of: invariants[0].requirement, on: facts))
        // It has no session that could be asked.
        #expect(!policy.value(of: invariants[1].requirement, on: facts))
    }

    @Test("is written in cases, and read from them")
    func cases() throws {
        let policy = try Self.policy("input.riskBand != 'high'")
        let text = """
            facts:
              requester: {id: r, entity: E, entityKind: individual, registeredAt: 2020-01-01T00:00:00Z, devices: []}
              owner:
                id: o
                entity: E
                entityKind: individual
                registeredAt: 2020-01-01T00:00:00Z
                devices: [{id: d, kind: card, activatedAt: 2020-01-01T00:00:00Z}]
              device: d
              sharedWith: 0
              identity: {dateOfBirth: match, citizenship: match, residence: match, document: match, socialSecurityNumber: missing}
              submittedAt: 2026-01-01T00:00:00Z
              decidedAt: 2026-01-01T00:00:00Z
              inputs: {riskBand: low, score: 7, terminalKnown: true}
            cases:
              - id: high
                about: A high risk is rejected.
                with: {inputs: {riskBand: high}}
                expect: reject
                failing: [{rule: a, error: owner-consent-missing}]
              - id: low
                about: A low one is not.
                expect: approve
            """
        let suite = try PolicyTestSuite.load(text, file: "example.tests.yaml")
        #expect(try suite.run(on: policy).allSatisfy(\.passed))
        let high = try #require(suite.cases.first)
        #expect(
            high.facts.inputs == InputValues(["riskBand": .word("high"), "score": .integer(7), "terminalKnown": .flag(true)]))
        let written = CaseWriter(suite).text(
            id: "again", comments: [], about: "Again.", facts: high.facts, decision: policy.evaluate(high.facts))
        #expect(written.contains("inputs: {riskBand: high}"), "\(written)")
    }

    @Test("fails a case that misspells it, or gives it what it cannot be, whatever is decided without it")
    func refusedInCases() throws {
        func result(_ inputs: [String: InputValue]) throws -> CaseResult {
            var facts = ExamplePolicy.plainFacts
            facts.inputs = InputValues(inputs)
            let expected = PolicyTestCase.Expectation(outcome: .approve, failing: [], approvals: nil)
            return PolicyTestCase(id: "a", line: 1, facts: facts, expected: expected)
                .run(on: try Self.policy("input.country != 'DE'"))
        }
        #expect(try result([:]).passed)
        #expect(try result(["riskBan": .word("high")]).differences.first?.contains("Did you mean 'riskBand'?") == true)
        #expect(try result(["riskBand": .word("hihg")]).differences.first?.contains("must be one of low") == true)
        // A country is taken as a request's is.
        #expect(try result(["country": .word("deu")]).decision.outcome == .reject)
    }
}

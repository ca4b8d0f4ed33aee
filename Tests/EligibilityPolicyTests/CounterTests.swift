import Canonical
import TestSupport
import Testing

@testable import EligibilityPolicy

@Suite("What a policy has counted")
struct CounterTests {
    private static let sharings = ExamplePolicy.counter("ownerSharings", "count: sharings, of: owner, within: 30d")
    private static let rejections = ExamplePolicy.counter("rejections", "count: rejections, of: requester, within: 36h")
    private static let days = ExamplePolicy.counter("quietDays", "count: days-since-identity-change, of: owner")

    private static func policy(_ requirement: String) throws -> Policy {
        try ExamplePolicy.load(
            rules: [ExamplePolicy.rule("a", requirement)], counters: [sharings, rejections, days])
    }

    @Test("is a fact of its rules, recorded under its own spelling")
    func facts() throws {
        let counter = try #require(HistoryCounter(.sharings, of: .owner, hours: 720))
        #expect(counter.description == "sharings.owner.30d")
        var facts = ExamplePolicy.plainFacts
        for (number, outcome) in [(1, Outcome.approve), (2, .reject)] {
            facts.counters[counter] = number
            #expect(try Self.policy("counter.ownerSharings < 2").evaluate(facts).outcome == outcome)
            var writer = CanonicalJSONWriter()
            facts.write(to: &writer)
            let text = String(decoding: writer.bytes, as: UTF8.self)
            #expect(text.contains(#""counters":{"sharings.owner.30d":\#(number)}"#), "\(text)")
            #expect(try Facts(canonical: writer.bytes) == facts)
            #expect(try Facts(json: JSONValue(parsing: writer.bytes)) == facts)
            #expect(try JSONValue(parsing: writer.bytes).canonicalBytes() == writer.bytes)
        }
        #expect(try Self.policy("counter.quietDays == 0").evaluate(facts).outcome == .approve, "what was not counted is 0")
    }

    @Test("has one spelling, which is read back, and nothing else is")
    func spelling() {
        for quantity in HistoryCounter.Quantity.allCases {
            for subject in HistoryCounter.Subject.allCases {
                for hours in [nil, 1, 23, 24, 720, HistoryCounter.maximumHours] {
                    guard let counter = HistoryCounter(quantity, of: subject, hours: hours) else { continue }
                    #expect(HistoryCounter(counter.description) == counter)
                }
            }
        }
        for text in [
            "", "sharings", "sharings.owner.", "sharings.owner.0d", "sharings.owner.24h", "sharings.owner.367d",
            "sharings.owner.030d",
            "sharings.nobody", "requests.requester", "requests.owner.1d", "days-since-device-change.owner.1d",
            "days-since-device-change.owner-entity", "Sharings.owner", "sharings.owner.30d.",
            "sharings.owner.9999999999999999999d",
        ] {
            #expect(HistoryCounter(text) == nil, "\(text)")
        }
        #expect(HistoryCounter(.sharings, of: .owner, hours: 0) == nil)
        #expect(HistoryCounter(.sharings, of: .owner, hours: HistoryCounter.maximumHours + 1) == nil)
    }

    @Test("is a number from 0 to a million, however it is set, and read from nothing else")
    func values() throws {
        let counter = try #require(HistoryCounter("sharings.owner"))
        #expect(CounterValues([counter: .max])[counter] == HistoryCounter.maximum)
        #expect(CounterValues([counter: -1])[counter] == 0)
        for json in [
            #"{"sharings.owner":-1}"#, #"{"sharings.owner":"1"}"#, #"{"sharings":1}"#, #"{"sharings.owner":1000001}"#, "[]",
        ] {
            #expect(CounterValues(json: try JSONValue(parsing: Array(json.utf8))) == nil, "\(json)")
        }
    }

    @Test(
        "is checked with the file",
        arguments: [
            ("count: sharing, of: owner", "Did you mean 'sharings'?"),
            ("count: sharings, of: nobody", "'of' must be"),
            ("count: sharings, of: owner, within: 30", "is not a span that can be counted over"),
            ("count: sharings, of: owner, within: 0d", "is not a span that can be counted over"),
            ("count: sharings, of: owner, within: 367d", "1h to 366d"),
            ("count: rejections, of: owner, within: 1d", "rejections are not counted of an owner"),
            ("count: rejections, of: requester", "rejections are counted over a span"),
            ("count: days-since-device-change, of: owner-entity", "is of one user"),
            ("count: days-since-device-change, of: owner, within: 1d", "has no span"),
            ("count: sharings", "a counter needs 'of'"),
            ("count: sharings, of: owner, over: 1d", "a counter has no key 'over'"),
        ])
    func files(counter: String, problem: String) throws {
        let error = try #require(throws: PolicyError.self) {
            try ExamplePolicy.load(
                rules: [ExamplePolicy.rule("a", "consent.given")], counters: [ExamplePolicy.counter("a", counter)])
        }
        #expect("\(error)".contains(problem), "\(error)")
    }

    @Test("has a name of its own, and counts what no other counts")
    func names() throws {
        for (counters, problem) in [
            ([ExamplePolicy.counter("in", "count: sharings, of: owner")], "is not the name of a counter"),
            ([Self.sharings, Self.sharings], "counts the same"),
            (
                [Self.sharings, ExamplePolicy.counter("other", "count: sharings, of: owner, within: 720h")],
                "counts the same"
            ),
        ] {
            let error = try #require(throws: PolicyError.self) {
                try ExamplePolicy.load(rules: [ExamplePolicy.rule("a", "consent.given")], counters: counters)
            }
            #expect("\(error)".contains(problem), "\(error)")
        }
        let error = try #require(throws: PolicyError.self) { try Self.policy("counter.ownerSharing < 2") }
        #expect("\(error)".contains("ownerSharings"), "\(error)")
        #expect(throws: PolicyError.self) {
            try ExamplePolicy.load(rules: [ExamplePolicy.rule("a", "counter.ownerSharings < 2")])
        }
    }

    @Test("is found to decide nothing where it never can")
    func meaning() throws {
        let error = try #require(throws: PolicyError.self) { try Self.policy("counter.ownerSharings >= 0") }
        #expect("\(error)".contains("can never fail"), "\(error)")
    }

    @Test("is written in cases by its spelling; a case with one that the policy does not use has not passed")
    func cases() throws {
        let policy = try Self.policy("counter.ownerSharings < 2")
        var facts = ExamplePolicy.plainFacts
        facts.counters[try #require(HistoryCounter("sharings.owner.30d"))] = 3
        let suite = try PolicyTestSuite.load(
            """
            facts:
            \(ExamplePolicy.factsText)
              counters: {sharings.owner.30d: 1}
            cases:
              - id: few
                expect: approve
              - id: many
                with: {counters: {sharings.owner.30d: 2}}
                expect: reject
                failing: [a]
              - id: misspelt
                with: {counters: {sharings.owner.31d: 2}}
                expect: approve
            """, file: "example.tests.yaml")
        let results = suite.run(on: policy)
        #expect(results.map(\.passed) == [true, true, false])
        #expect(results.last?.differences == ["the policy does not count sharings.owner.31d"])
        let written = CaseWriter(suite).text(
            id: "again", comments: [], about: "Again.", facts: facts, decision: policy.evaluate(facts))
        #expect(written.contains("counters: {sharings.owner.30d: 3}"), "\(written)")
        for (counters, problem) in [
            ("{ownerSharings: 1}", "'ownerSharings' is no counter"), ("{sharings.owner: many}", "must be a whole number"),
            ("[]", "'counters' must be a mapping"), ("{sharings.owner: -1}", "must be a whole number"),
        ] {
            let error = try #require(throws: PolicyError.self) {
                try PolicyTestSuite.load(
                    "facts:\n\(ExamplePolicy.factsText)\n  counters: \(counters)\ncases: [{id: a, expect: approve}]",
                    file: "example.tests.yaml")
            }
            #expect("\(error)".contains(problem), "\(error)")
        }
    }
}

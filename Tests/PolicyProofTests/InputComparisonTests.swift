import Canonical
import EligibilityPolicy
import TestSupport
import Testing

@testable import PolicyProof

@Suite("The comparison of policies that ask portals for something")
struct InputComparisonTests {
    private static let band = ExamplePolicy.input("band", "choice, values: [low, medium, high], default: medium")
    private static let score = ExamplePolicy.input("score", "integer, range: [0, 100], default: 50")
    private static let known = ExamplePolicy.input("known", "boolean, default: false")
    private static let country = ExamplePolicy.input("country", "country, default: ZZ")

    private static func policy(_ requirement: String, _ inputs: [String] = [band, score, known, country]) throws -> Policy {
        // As a recorded one: what can never fail is refused in a new policy.
        try Policy.loadRecorded(
            ExamplePolicy.text(rules: ExamplePolicy.rule("a", requirement), inputs: inputs.joined(separator: "\n")),
            file: "example.yaml")
    }

    /// A plain request, of which the portal says nothing.
    private static let facts: Facts = {
        let moment = Timestamp(microseconds: 1_777_888_999_000_000)
        func user(_ id: String) -> ParticipantFacts {
            ParticipantFacts(
                id: id, entity: "E-1", entityKind: .individual, registeredAt: moment,
                devices: [DeviceFacts(id: id + "-1", kind: "card", activatedAt: moment)])
        }
        return Facts(
            requester: user("r"), owner: user("o"), device: "o-1", sharedWith: 0, identity: .missing, consent: nil,
            submittedAt: moment, decidedAt: moment)
    }()

    /// The second of each is looser, with a value of the input that shows it.
    private static let pairs: [(old: String, new: String)] = [
        ("input.band == 'low'", "input.band != 'high'"), ("input.score < 80", "input.score <= 80"),
        ("input.known", "input.known || input.score > 90"), ("!(input.country in ['IR', 'KP'])", "input.country != 'IR'"),
        ("input.country.startsWith('H')", "input.country.startsWith('H') || input.country.endsWith('M')"),
        ("input.score + device.sharedWith < 10", "input.score + device.sharedWith < 11"),
        ("input.band in ['low']", "true || input.known"),
        ("session.level >= 3", "session.level >= 2"), ("requester.adult == 'yes'", "requester.adult != 'no'"),
        ("requester.person == owner.person && owner.person != ''", "requester.person == owner.person"),
        ("'hwk' in session.methods", "session.methods.exists(m, m in ['hwk', 'sc'])"),
        ("session.given && session.methods.size() > 1", "session.given && session.methods.size() > 0"),
        (
            "session.given && request.submittedAt - session.authenticatedAt <= duration('15m')",
            "session.given && request.submittedAt - session.authenticatedAt <= duration('16m')"
        ),
    ]

    @Test("says looser, with a request that the two decide so", arguments: 0..<pairs.count)
    func looser(number: Int) throws {
        let pair = Self.pairs[number]
        let (old, new) = (try Self.policy(pair.old), try Self.policy(pair.new))
        let comparison = PolicyComparison(old: old, new: new)
        #expect(comparison.verdict == .looser, "\(comparison.obstacles)")
        let witness = try #require(comparison.witnesses.first)
        #expect(witness.old == old.evaluate(witness.facts) && witness.new == new.evaluate(witness.facts))
        #expect(PolicyComparison(old: new, new: old).verdict == .stricter)
    }

    @Test("proves equal what says the same in other words")
    func equal() throws {
        for (one, other) in [
            ("input.band == 'low' || input.band == 'medium'", "input.band != 'high'"), ("input.score >= 0", "input.score <= 100"),
            ("input.known == true", "!(!input.known)"), ("input.country != ''", "input.country.size() == 2"),
            ("session.level > 0", "session.given && session.level >= 1"),
            ("session.methods.exists(m, m == 'otp')", "'otp' in session.methods"),
        ] {
            let comparison = PolicyComparison(old: try Self.policy(one), new: try Self.policy(other))
            #expect(comparison.verdict == .equal, "\(one): \(comparison.obstacles)")
        }
    }

    @Test("sees that another default decides otherwise on requests that lack the input")
    func defaults() throws {
        let strict = try Self.policy(
            "input.band != 'high'", [ExamplePolicy.input("band", "choice, values: [low, high], default: high")])
        let loose = try Self.policy(
            "input.band != 'high'", [ExamplePolicy.input("band", "choice, values: [low, high], default: low")])
        let comparison = PolicyComparison(old: strict, new: loose)
        #expect(comparison.verdict == .looser, "\(comparison.obstacles)")
        #expect(comparison.witnesses.first?.facts.inputs.isEmpty == true)
    }

    @Test("holds for policies that take other words, other numbers, or values of another sort under one name")
    func otherTypes() throws {
        func policy(_ requirement: String, _ type: String) throws -> Policy {
            try Self.policy(requirement, [ExamplePolicy.input("band", type)])
        }
        let words = try policy("input.band != 'high'", "choice, values: [low, high], default: high")
        for (other, verdict) in [
            (
                try policy("input.band != 'high'", "choice, values: [low, medium, high], default: high"),
                PolicyComparison.Verdict.looser
            ),
            (try policy("input.band < 50", "integer, range: [0, 100], default: 50"), .both),
            (try policy("input.band", "boolean, default: false"), .both),
            (try policy("input.band == 'low'", "choice, values: [high, low], default: high"), .equal),
        ] {
            let comparison = PolicyComparison(old: words, new: other)
            #expect(comparison.verdict == verdict, "\(other.rules[0].expression): \(comparison.obstacles)")
            for witness in comparison.witnesses {
                #expect(witness.old == words.evaluate(witness.facts) && witness.new == other.evaluate(witness.facts))
            }
        }
        let (narrow, wide) = (
            try policy("input.band < 5", "integer, range: [0, 9], default: 9"),
            try policy("input.band < 5", "integer, range: [-9, 9], default: 9")
        )
        #expect(PolicyComparison(old: narrow, new: wide).verdict == .looser)
        #expect(PolicyComparison(old: wide, new: narrow).verdict == .stricter)
    }

    @Test("reads a country exactly, as the policies do, whatever words another policy takes under its name")
    func countries() throws {
        let words = try Self.policy("input.place != 'ir'", [ExamplePolicy.input("place", "choice, values: [de, ir], default: ir")])
        let country = try Self.policy("input.place == 'ZZ'", [ExamplePolicy.input("place", "country, default: ZZ")])
        // A request that says `ir` is of no country to the second, and so is one that says nothing.
        let comparison = PolicyComparison(old: words, new: country)
        #expect(comparison.verdict == .looser, "\(comparison.obstacles)")
        for witness in comparison.witnesses {
            #expect(witness.old == words.evaluate(witness.facts) && witness.new == country.evaluate(witness.facts))
        }
    }

    @Test(
        "does not take the whole of what portals are asked for to be the same where it is not",
        arguments: ["input.?band.orValue('') != 'high'", "[input].exists(i, i.band != 'high')", "cel.bind(i, input, i.band != 'high')"])
    func wholes(requirement: String) throws {
        func policy(_ fallback: String) throws -> Policy {
            try Self.policy(requirement, [ExamplePolicy.input("band", "choice, values: [low, high], default: \(fallback)")])
        }
        let (strict, loose) = (try policy("high"), try policy("low"))
        #expect(strict.evaluate(Self.facts).outcome == .reject && loose.evaluate(Self.facts).outcome == .approve)
        #expect(![.equal, .stricter].contains(PolicyComparison(old: strict, new: loose).verdict))
        #expect(PolicyComparison(old: loose, new: try policy("low")).verdict == .equal)
    }

    @Test("says in words what the portal said")
    func words() throws {
        let comparison = PolicyComparison(old: try Self.policy("input.score < 80"), new: try Self.policy("input.score < 90"))
        let witness = try #require(comparison.witnesses.first)
        let plain = FactsSampler(seed: 1, policies: [try Self.policy("input.known")]).plain
        #expect(FactsInWords(plain: plain).words(for: witness.facts).contains { $0.hasPrefix("the input score is 8") })
    }
}

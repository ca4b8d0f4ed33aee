import Canonical
import Foundation
import TestSupport
import Testing

@testable import EligibilityPolicy

@Suite("A reason of a policy")
struct ReasonTests {
    private static let device = (name: "device", kind: "identifier")
    private static let count = (name: "count", kind: "integer")

    private static func problems(_ rules: [String], reasons: [String], disclosures: String = "") throws -> String {
        let error = try #require(throws: PolicyError.self) {
            try ExamplePolicy.load(rules: rules, reasons: reasons, disclosures: disclosures)
        }
        return "\(error)"
    }

    // MARK: Names

    @Test("is named apart from every code of the program's, and from every reason that officers choose from")
    func names() {
        for code in SharingErrorCode.allCases {
            #expect(PolicyReasonID(rawValue: code.rawValue) == nil && !code.rawValue.contains("."))
            #expect(ReasonCode(rawValue: code.rawValue) == .builtIn(code))
        }
        for text in ["policy.a", "policy.outside-office-hours", "policy.7-days", "policy.\(String(repeating: "a", count: 64))"] {
            #expect(ReasonCode(rawValue: text)?.rawValue == text)
        }
        for text in [
            "policy.", "policy.A", "policy.a--b", "policy.-a", "policy.a-", "policy.a.b", "policy.ä", "Policy.a", "other", "",
            "policy.\(String(repeating: "a", count: 65))",
        ] {
            #expect(ReasonCode(rawValue: text) == nil, "\(text)")
        }
    }

    // MARK: Decisions

    @Test("Given a rule that gives it, when the rule fails, then the decision has it with its parameters, and reads back")
    func decision() throws {
        let policy = try ExamplePolicy.load(
            rules: [
                ExamplePolicy.rule(
                    "few", "device.sharedWith < 2", error: "policy.many",
                    more: "parameters: {device: device.id, count: device.sharedWith}")
            ], reasons: [ExamplePolicy.reason("many", disclosedAs: "itself", [Self.device, Self.count])])
        var facts = ExamplePolicy.plainFacts
        facts.sharedWith = 3
        let decision = policy.evaluate(facts)
        #expect(decision.reasons.map(\.code.rawValue) == ["policy.many"])
        #expect(decision.reasons.first?.parameters == ["device": "o-1", "count": 3])
        #expect(decision.disclosed == nil)
        #expect(try read(written(decision)) == decision)
        let many = try #require(PolicyReasonID(rawValue: "policy.many"))
        #expect(policy.reasons[many]?.title[.traditionalChinese] == "many 標題")
    }

    private func written(_ decision: Decision) -> [UInt8] {
        var writer = CanonicalJSONWriter()
        decision.write(to: &writer)
        return writer.bytes
    }

    private func read(_ bytes: [UInt8]) throws -> Decision { try Decision(json: JSONValue(parsing: bytes)) }

    @Test("Given all reasons are disclosed as themselves, then a decision is written as it was before there were disclosures")
    func unchanged() throws {
        let policy = try ExamplePolicy.load(
            rules: [ExamplePolicy.rule("few", "device.sharedWith < 2", otherwise: "review")],
            disclosures: "owner-consent-missing: itself")
        var facts = ExamplePolicy.plainFacts
        facts.sharedWith = 3
        let bytes = written(policy.evaluate(facts))
        #expect(
            String(decoding: bytes, as: UTF8.self) == """
                {"approvals":1,"failed":[{"code":"owner-consent-missing","consequence":"review","parameters":{},"rule":"few"}],\
                "outcome":"review","passed":[],"policy":"\(policy.digest)"}
                """)
    }

    // MARK: Disclosure

    private static func told(_ policy: Policy, _ change: (inout Facts) -> Void) -> [String]? {
        var facts = ExamplePolicy.plainFacts
        change(&facts)
        return policy.evaluate(facts).disclosed?.map { $0.code.rawValue + ($0.parameters.isEmpty ? "" : " \($0.parameters)") }
    }

    @Test("is told as what the policy says: itself, another with its parameters, or nothing; a chain is followed to its end")
    func disclosure() throws {
        let policy = try ExamplePolicy.load(
            rules: [
                ExamplePolicy.rule("a", "device.sharedWith != 1", error: "policy.secret"),
                ExamplePolicy.rule("b", "device.sharedWith != 2", error: "policy.open", more: "parameters: {device: device.id}"),
                ExamplePolicy.rule(
                    "c", "device.sharedWith != 3", error: "policy.watched",
                    more: "parameters: {device: device.id, count: device.sharedWith}"),
                ExamplePolicy.rule(
                    "d", "device.sharedWith != 4", error: "device-not-shareable",
                    more: "parameters: {device: device.id, kind: device.kind}"),
            ],
            reasons: [
                ExamplePolicy.reason("secret", disclosedAs: "nothing"),
                ExamplePolicy.reason("open", disclosedAs: "itself", [Self.device]),
                ExamplePolicy.reason("watched", disclosedAs: "policy.link", [Self.device, Self.count]),
                ExamplePolicy.reason("link", disclosedAs: "policy.open", [Self.device]),
            ], disclosures: "device-not-shareable: policy.secret")
        #expect(Self.told(policy) { $0.sharedWith = 0 } == nil)
        #expect(Self.told(policy) { $0.sharedWith = 1 } == ["reason-not-disclosed"])
        #expect(Self.told(policy) { $0.sharedWith = 2 } == ["policy.open device: o-1"])
        #expect(Self.told(policy) { $0.sharedWith = 3 } == ["policy.open device: o-1"])
        #expect(Self.told(policy) { $0.sharedWith = 4 } == ["reason-not-disclosed"])
        var facts = ExamplePolicy.plainFacts
        facts.sharedWith = 3
        let decision = policy.evaluate(facts)
        let read = try read(written(decision))
        #expect(read.disclosed == decision.disclosed && written(read) == written(decision))
        #expect(policy.explain(facts).description.contains("disclosed  policy.open with device: o-1"))
    }

    /// Rules that fail by facts of their own: one in the middle gives a reason that is told as that of another.
    private static func policy(secret: String, at place: Int, disclosedAs: String, isWatched: Bool = true) throws -> Policy {
        var rules = [
            ExamplePolicy.rule(
                "held", "owner.id != 'held' && owner.id != 'both'", otherwise: "review", error: "organization-involved"),
            ExamplePolicy.rule("refused", "requester.id != 'refused'", error: "policy.open"),
            ExamplePolicy.rule("consented", "consent.method != 'none'"),
        ]
        if isWatched {
            rules.insert(
                ExamplePolicy.rule("watched", "device.sharedWith < 5", otherwise: secret, error: "policy.secret"), at: place)
        }
        return try ExamplePolicy.load(
            rules: rules,
            reasons: [ExamplePolicy.reason("open", disclosedAs: "itself")]
                + (isWatched ? [ExamplePolicy.reason("secret", disclosedAs: disclosedAs)] : []))
    }

    @Test(
        "that is told as another is told no otherwise than that one, wherever its rule is: neither by number nor by order",
        arguments: [0, 1, 2, 3], ["policy.open", "owner-consent-missing", "organization-involved"])
    func indistinguishable(place: Int, target: String) throws {
        let consequence = target == "organization-involved" ? "review" : "reject"
        let policy = try Self.policy(secret: consequence, at: place, disclosedAs: target)
        for (owner, requester, method) in [
            ("plain", "plain", "some"), ("held", "plain", "some"), ("plain", "refused", "some"), ("held", "refused", "none"),
        ] {
            func told(_ watched: Bool, and own: Bool) -> [String]? {
                Self.told(policy) { facts in
                    facts.owner.id = owner == "held" || own && target == "organization-involved" ? "held" : "o"
                    facts.requester.id = requester == "refused" || own && target == "policy.open" ? "refused" : "r"
                    facts.consent?.method = method == "none" || own && target == "owner-consent-missing" ? "none" : "some"
                    facts.sharedWith = watched ? 9 : 0
                }
            }
            let both = told(true, and: true)
            #expect(both == told(false, and: true) && both == told(true, and: false), "\(owner) \(requester) \(method)")
        }
    }

    @Test("of which nothing is told changes nothing where another reason is told", arguments: [0, 1, 2, 3])
    func nothing(place: Int) throws {
        let policy = try Self.policy(secret: "reject", at: place, disclosedAs: "nothing")
        for requester in ["refused", "both"] {
            func told(_ sharedWith: Int) -> [String]? {
                Self.told(policy) { facts in
                    facts.requester.id = "refused"
                    facts.owner.id = requester == "both" ? "both" : "o"
                    facts.sharedWith = sharedWith
                }
            }
            #expect(told(9) == told(0) && told(9)?.contains("policy.open") == true)
        }
    }

    @Test("that officers give is told as the policy says, and without a word of it as nothing")
    func rejections() throws {
        func title(_ more: String, _ id: String) -> String { "  - {id: \(id), title: {en: A, zh-Hant: 甲, zh-Hans: 甲}\(more)}" }
        let policy = try ExamplePolicy.load(
            rules: [ExamplePolicy.rule("few", "device.sharedWith < 2")],
            reasons: [
                ExamplePolicy.reason("open", disclosedAs: "itself"), ExamplePolicy.reason("link", disclosedAs: "policy.open"),
                ExamplePolicy.reason("dead", disclosedAs: "nothing"),
            ],
            rejectionReasons: [
                title("", "silent"), title(", disclosedAs: nothing", "secret"), title(", disclosedAs: itself", "plain"),
                title(", disclosedAs: policy.link", "linked"), title(", disclosedAs: policy.dead", "dead"),
                title(", disclosedAs: owner-consent-missing", "consent"),
            ])
        #expect(
            policy.rejectionReasons.map(policy.disclosed)
                == [nil, nil, "plain", "policy.open", nil, "owner-consent-missing"])
    }

    // MARK: The text that is in the log

    @Test("Given a recorded text that a stricter check would refuse today, then it is read as it was")
    func recorded() throws {
        let text = ExamplePolicy.text(
            rules: ExamplePolicy.rule("few", "device.sharedWith < 2"),
            reasons: """
                reasons:
                  - id: policy.unused
                    title: {en: A, zh-Hant: A, zh-Hans: A}
                    message: {en: "{device}", zh-Hant: A, zh-Hans: A}
                    advice: {en: A, zh-Hant: A, zh-Hans: A}
                    parameters: {device: identifier}
                    disclosedAs: itself
                """)
        #expect(throws: PolicyError.self) { try Policy.load(text, file: "a.yaml") }
        #expect(try Policy.loadRecorded(text, file: "a.yaml").reasons.reasons.count == 1)
    }

    // MARK: Cases and comparisons

    @Test("may be expected in a case, and what is spelt like no reason is refused")
    func cases() throws {
        let policy = try ExamplePolicy.load(
            rules: [ExamplePolicy.rule("few", "device.sharedWith < 2", error: "policy.many")],
            reasons: [ExamplePolicy.reason("many", disclosedAs: "itself")])
        func file(_ error: String) -> String {
            "facts:\n\(ExamplePolicy.factsText)\ncases:\n  - {id: a, with: {sharedWith: 3}, expect: reject, "
                + "failing: [{rule: few, error: \(error)}]}\n"
        }
        let results = try PolicyTestSuite.load(file("policy.many"), file: "a.tests.yaml").run(on: policy)
        #expect(results.flatMap(\.differences) == [])
        let other = try PolicyTestSuite.load(file("policy.others"), file: "a.tests.yaml").run(on: policy)
        #expect(other.flatMap(\.differences) == ["few: expected the error policy.others, got policy.many"])
        let error = #expect(throws: PolicyError.self) { try PolicyTestSuite.load(file("policy_many"), file: "a.tests.yaml") }
        #expect(error?.code == .testsInvalid)
    }

    @Test("that differs between two policies is among their changes")
    func changes() throws {
        func policy(_ disclosedAs: String, _ disclosures: String) throws -> Policy {
            try ExamplePolicy.load(
                rules: [
                    ExamplePolicy.rule("few", "device.sharedWith < 2", error: "policy.many"),
                    ExamplePolicy.rule("other", "consent.given"),
                ],
                reasons: [ExamplePolicy.reason("many", disclosedAs: disclosedAs)], disclosures: disclosures)
        }
        let changes = PolicyDiff.changes(
            try policy("itself", "owner-consent-missing: itself"), try policy("nothing", "owner-consent-missing: policy.many"))
        #expect(
            changes.flatMap(\.lines) == [
                "changed  reason policy.many", "    disclosed as: itself → nothing", "changed  disclosure owner-consent-missing",
                "    disclosed as: itself → policy.many",
            ])
    }

    @Test("Given its file is changed at random, then the check says what is wrong or accepts it, and never traps")
    func fuzz() throws {
        let text = ExamplePolicy.text(
            rules: ExamplePolicy.rule("few", "device.sharedWith < 2", error: "policy.a", more: "parameters: {device: device.id}"),
            reasons: "reasons:\n"
                + [
                    ExamplePolicy.reason("a", disclosedAs: "policy.b", [Self.device]),
                    ExamplePolicy.reason("b", disclosedAs: "nothing"),
                ].joined(separator: "\n") + "\ndisclosures: {device-not-shareable: policy.b}")
        let pieces = [
            "policy.", "nothing", "itself", "{device}", "{", "}", "policy.a", "policy.b", ":", "-", "''", "\u{200b}", "en", "\n",
        ]
        var random = SeededGenerator()
        for _ in 0..<2_000 {
            var changed = Array(text.unicodeScalars)
            for _ in 0...random.below(3) {
                let place = random.below(changed.count)
                if random.below(2) == 0 {
                    changed.replaceSubrange(
                        place..<min(place + random.below(9), changed.count), with: random.pick(pieces).unicodeScalars)
                } else {
                    changed.insert(contentsOf: random.pick(pieces).unicodeScalars, at: place)
                }
            }
            var mutant = String.UnicodeScalarView()
            mutant.append(contentsOf: changed)
            do {
                _ = try Policy.load(String(mutant), file: "a.yaml").evaluate(ExamplePolicy.plainFacts)
            } catch {
                #expect(!error.problems.isEmpty)
            }
        }
    }
}

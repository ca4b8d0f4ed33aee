import Canonical
import TestSupport
import Testing

@testable import EligibilityPolicy

@Suite("A decision")
struct EvaluatorTests {
    private static var facts: Facts { ExamplePolicy.plainFacts }

    @Test("lists every rule in order, whatever the rules before it said", arguments: 0..<16)
    func allRulesAreEvaluated(failing: Int) throws {
        let rules = (0..<4).map { ExamplePolicy.rule("rule-\($0)", "device.sharedWith / \(1 << $0) % 2 == 0") }
        var facts = Self.facts
        facts.sharedWith = failing
        let decision = try ExamplePolicy.load(rules: rules).evaluate(facts)
        #expect(decision.rulings.map(\.rule.rawValue) == (0..<4).map { "rule-\($0)" })
        #expect(decision.rulings.map(\.passed) == (0..<4).map { failing >> $0 & 1 == 0 })
        #expect(decision.reasons.count == failing.nonzeroBitCount)
    }

    @Test("is a rejection where any rule rejects, a review where any holds, else an approval")
    func precedence() throws {
        let policy = try ExamplePolicy.load(rules: [
            ExamplePolicy.rule("held-by-two", "device.sharedWith % 2 == 0", otherwise: "review", approvals: 2),
            ExamplePolicy.rule("held", "device.sharedWith / 2 % 2 == 0", otherwise: "review"),
            ExamplePolicy.rule("rejected", "device.sharedWith / 4 % 2 == 0"),
        ])
        for sharedWith in 0..<8 {
            var facts = Self.facts
            facts.sharedWith = sharedWith
            let decision = policy.evaluate(facts)
            let expected: Outcome = sharedWith & 4 != 0 ? .reject : sharedWith == 0 ? .approve : .review
            #expect(decision.outcome == expected)
            #expect(decision.approvalsRequired == (expected != .review ? 0 : sharedWith & 1 != 0 ? 2 : 1))
            #expect(decision.policy == policy.digest)
            #expect(
                decision
                    == Decision(policy: policy.digest, rulings: decision.rulings, approvalsRequired: decision.approvalsRequired))
            if expected == .reject { #expect(decision.reasons.first?.rule == "rejected") }
        }
    }

    @Test("counts a rule that cannot be evaluated as not passed, and says why")
    func evaluationFailure() throws {
        let policy = try ExamplePolicy.load(rules: [
            ExamplePolicy.rule("ratio", "10 / device.sharedWith >= 2"), ExamplePolicy.rule("other", "device.shareable"),
        ])
        let decision = policy.evaluate(Self.facts)
        #expect(decision.outcome == .reject)
        #expect(decision.rulings.map(\.passed) == [false, true])
        #expect(decision.reasons.first?.evaluationFailure?.hasPrefix("division-by-zero: ") == true)
    }

    @Test("gives a parameter that cannot be evaluated an empty value of its kind")
    func failingParameters() throws {
        let rule = """
              - id: too-low
                title: {en: A, zh-Hant: 甲, zh-Hans: 甲}
                require: device.level > 100 || device.sharedWith > 100
                otherwise: reject
                error: device-security-level-too-low
                parameters: {device: "[device.id][1 - device.sharedWith]", level: 1 / device.sharedWith, requiredLevel: "100", recommendedDevice: "''"}
            """
        let decision = try ExamplePolicy.load(rules: [rule]).evaluate(Self.facts)
        #expect(decision.reasons.first?.parameters == ["device": "", "level": 0, "requiredLevel": 100, "recommendedDevice": ""])
        #expect(decision.reasons.first?.evaluationFailure == nil)
    }

    @Test("is the same each time, from many tasks at once")
    func deterministic() async throws {
        let policy = try Files.defaultPolicy()
        var sampler = FactsSampler(seed: 7, policies: [policy])
        let samples = (0..<300).map { _ in sampler.next() }
        let expected = samples.map(policy.evaluate)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { samples.map(policy.evaluate) == expected } }
            for await isEqual in group { #expect(isEqual) }
        }
    }

    // MARK: Facts that follow from others

    @Test("recommends the owner's best shareable device where it is high enough, of a tie the first by id")
    func recommendation() throws {
        let kinds = KindTable(try ExamplePolicy.load(rules: [ExamplePolicy.rule("r", "device.shareable")]).catalog)
        func recommended(requester: [DeviceKindID], owner: [(String, DeviceKindID)], device: String) -> String {
            var facts = Self.facts
            facts.requester.devices = requester.enumerated().map {
                DeviceFacts(id: "r-\($0)", kind: $1, activatedAt: facts.submittedAt)
            }
            facts.owner.devices = owner.map { DeviceFacts(id: $0, kind: $1, activatedAt: facts.submittedAt) }
            facts.device = device
            return DerivedFacts(facts, kinds: kinds).recommendedDevice(facts, kinds: kinds)
        }
        #expect(recommended(requester: ["card"], owner: [("b", "pad"), ("a", "pad"), ("c", "card")], device: "c") == "a")
        #expect(recommended(requester: ["card"], owner: [("b", "pad"), ("a", "pad")], device: "b") == "b")
        #expect(recommended(requester: ["pad"], owner: [("c", "card")], device: "c") == "")
        #expect(recommended(requester: [], owner: [("c", "card")], device: "c") == "c")
        #expect(recommended(requester: [], owner: [("k", "app")], device: "k") == "")
        #expect(recommended(requester: ["card"], owner: [("x", "unknown"), ("b", "pad")], device: "b") == "")
    }

    @Test("takes a kind that the catalogue lacks as not shareable, and as higher than all where somebody has one")
    func unknownKinds() throws {
        let policy = try ExamplePolicy.load(rules: [
            ExamplePolicy.rule("shareable", "device.shareable"),
            ExamplePolicy.rule("highest", "device.level >= request.highestLevel"),
            ExamplePolicy.rule("requester-has-device", "requester.hasDevice"),
        ])
        var facts = Self.facts
        facts.owner.devices[0].kind = "retinal-scanner"
        #expect(policy.evaluate(facts).rulings.map(\.passed) == [false, false, true])
        facts = Self.facts
        facts.requester.devices[0].kind = "retinal-scanner"
        #expect(policy.evaluate(facts).rulings.map(\.passed) == [true, false, true])
        facts.requester.devices[0].kind = "app"
        #expect(policy.evaluate(facts).rulings.map(\.passed) == [true, true, false])
        facts.device = "not-one-of-the-owner's"
        #expect(policy.evaluate(facts).rulings.map(\.passed) == [false, false, false])
    }

    @Test("is total: moments at the ends of time and facts that contradict each other are decided on")
    func extremes() throws {
        let policy = try Files.defaultPolicy()
        let moments = [
            Timestamp(microseconds: .min), .earliest, Timestamp(microseconds: 0), .latest, Timestamp(microseconds: .max),
        ]
        for submitted in moments {
            for decided in moments {
                var facts = Self.facts
                facts.submittedAt = submitted
                facts.decidedAt = decided
                facts.sharedWith = -1
                facts.device = ""
                #expect(policy.evaluate(facts).outcome == .reject)
            }
        }
    }
}

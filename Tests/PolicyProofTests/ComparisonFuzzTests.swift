import EligibilityPolicy
import Synchronization
import TestSupport
import Testing

@testable import PolicyProof

@Suite("The comparison of generated policies")
struct ComparisonFuzzTests {
    /// Facts that both policies decide on, for each pair.
    private static let samples = 300
    /// What a pair may cost in a test.
    private static var limits: ProofLimits {
        var limits = ProofLimits()
        limits.paths = 4_000
        limits.pathsForRules = 400
        limits.steps = 600_000
        limits.samples = 400
        limits.variations = 100
        return limits
    }

    /// Pairs in the tests; `make fuzz` has 10,000.
    private static let usual = FuzzRun.usual / 10

    @Test("never excludes what facts show, and shows only what the policies decide")
    func sound() async throws {
        var decided = 0
        var compared = 0
        await FuzzRun("policy-comparison", usual: Self.usual).each { generator in
            var pairs = PairGenerator(random: generator)
            guard let (old, new) = pairs.pair() else { return }
            let comparison = PolicyComparison(old: old, new: new, limits: Self.limits)
            compared += 1
            if comparison.verdict != .undecided { decided += 1 }
            for witness in comparison.witnesses {
                #expect(witness.old == old.evaluate(witness.facts) && witness.new == new.evaluate(witness.facts))
                #expect(FactLaws.hold(for: witness.facts) && witness.direction != nil)
            }
            var facts = FactsGenerator([old, new], random: pairs.random.split())
            let known = comparison.witnesses.map(\.facts)
            for _ in 0..<Self.samples {
                guard let facts = facts.next(beside: known) else { continue }
                let (before, after) = (old.evaluate(facts).severity, new.evaluate(facts).severity)
                guard before != after else { continue }
                let direction: PolicyComparison.Direction = before < after ? .stricter : .looser
                #expect(
                    comparison.findings[direction] != .excluded,
                    "\(generator); \(direction) on \(facts)\nOLD \(old.rules.map(\.expression))\nNEW \(new.rules.map(\.expression))"
                )
            }
        }
        print("compared \(compared) generated pairs, decided \(decided)")
        // Much of what is generated is made to be outside of what is understood.
        #expect(decided * 2 >= compared, "\(decided) of \(compared)")
    }

    @Test("follows paths on which the policies decide as the paths say")
    func paths() async throws {
        await FuzzRun("policy-paths", usual: Self.usual).each { generator in
            var pairs = PairGenerator(random: generator)
            guard let (old, new) = pairs.pair() else { return }
            expectPathsHold(old, new, "\(generator)")
        }
    }

    @Test("makes no facts of a path that needs more devices than it makes")
    func manyDevices() throws {
        let requirements = ["owner.deviceKinds.size() >= 5000", "requester.deviceKinds.size() < 3"]
        let policy = try Fixtures.policy(rules: requirements.map { ($0, "review") })
        expectPathsHold(policy, policy, "no generated pair")
    }

    /// Follows some paths through the rules of both policies, and holds what each path says of a rule against what the policy decides
    /// on facts made of the path.
    private func expectPathsHold(_ old: Policy, _ new: Policy, _ comment: String) {
        let world = World([old, new], steps: 300_000)
        let rules = RuleSet(world)
        let plain = FactsSampler(seed: 1, policies: [old, new]).plain
        let search = Search(maximumPaths: 100, world: world)
        _ = search.run(from: Path(world)) { (path: inout Path) throws(Split) -> Search.Step<Bool> in
            for rule in rules.members { _ = try rules.passes(rule, &path) }
            return .hit(true)
        } visit: { path, _ in
            guard path.opaque.isEmpty, !path.namesOtherDevices,
                case .found(let facts) = ModelFinder(world: world, path: path, plain: plain).find(),
                FactLaws.hold(for: facts)
            else { return true }
            for member in rules.members {
                let policy = world.policies[member.policy]
                let passed = policy.evaluate(facts).rulings[member.place].passed
                #expect(
                    path.verdicts[member.meaning] == passed,
                    "\(policy.rules[member.place].expression); mixed = \(policy.variables); \(comment); on \(facts)")
            }
            return true
        }
    }
}

extension Path {
    /// Whether it assumes something of which device is somebody's temporary one, or is recommended: facts are not made to fit that
    /// in every case, which leaves a comparison undecided, and no more.
    fileprivate var namesOtherDevices: Bool {
        let isAssumed = choices.keys.contains { if case .askedIsTemporary = $0 { true } else { false } }
        return isAssumed
            || texts.all.contains { atom, _ in
                atom.variables.contains { variable in
                    switch variable {
                    case .temporaryDevice, .recommendedDevice: true
                    case .id, .entity, .person, .deviceID, .method, .declared, .unlistedKind: false
                    }
                }
            }
    }
}

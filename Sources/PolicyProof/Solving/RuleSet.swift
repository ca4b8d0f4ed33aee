import CEL
import EligibilityPolicy

/// The rules of some policies together, and what they say on a path.
///
/// Rules of two policies that mean the same are one, so that they are evaluated once, and always say the same.
struct RuleSet {
    struct Member {
        /// The same for rules that mean the same.
        let meaning: Int
        let policy: Int
        let place: Int
        let rule: Rule
        /// Rejection over two approvals over one; never 0: what is only noted decides nothing, and is left out.
        let strength: Int
    }

    let world: World
    let members: [Member]
    private let conditions: [(requirement: CheckedExpression, exclusions: [CheckedExpression])]

    /// - Parameter same: whether two rules, given by their policies' places and their own, were proved to mean the same.
    init(_ world: World, same: [[Int]: [Int]] = [:]) {
        self.world = world
        var members: [Member] = []
        var conditions: [(requirement: CheckedExpression, exclusions: [CheckedExpression])] = []
        var meanings: [[OpaqueKey]: Int] = [:]
        for (number, policy) in world.policies.enumerated() {
            for (place, rule) in policy.admissionRules.enumerated() where rule.strength > 0 {
                let condition = (requirement: policy.requirements[place], exclusions: policy.exclusions[place])
                let meaning: Int
                if let other = same[[number, place]],
                    let known = members.first(where: { [$0.policy, $0.place] == other })
                {
                    meaning = known.meaning
                } else {
                    let reader = Reader(world: world, path: Path(world), policy: number)
                    let parts = [condition.requirement] + condition.exclusions
                    let key = parts.compactMap { part in
                        if case .opaque(let key) = reader.opaque(part.parsed.root, []) { key } else { nil }
                    }
                    guard key.count == parts.count else { continue }
                    meaning = meanings[key] ?? conditions.count
                    meanings[key] = meaning
                }
                conditions.append(condition)
                members.append(
                    Member(meaning: meaning, policy: number, place: place, rule: rule, strength: rule.strength))
            }
        }
        self.members = members
        self.conditions = conditions
    }

    func rules(of policy: Int) -> [Member] { members.filter { $0.policy == policy } }

    /// Whether the rule passes, or does not act: a failing evaluation does not pass. Noted in the path.
    func passes(_ member: Member, _ path: inout Path) throws(Split) -> Bool {
        if let known = path.verdicts[member.meaning] { return known }
        let reader = Reader(world: world, path: path, policy: members[member.meaning].policy)
        let condition = conditions[member.meaning]
        var passes = try reader.truth(of: condition.requirement.parsed.root) == .yes
        for exclusion in condition.exclusions where !passes {
            passes = try reader.truth(of: exclusion.parsed.root) == .yes
        }
        path.verdicts[member.meaning] = passes
        return passes
    }
}

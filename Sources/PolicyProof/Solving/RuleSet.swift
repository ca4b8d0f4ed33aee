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
        /// Rejection over two approvals over one.
        let strength: Int
    }

    let world: World
    let members: [Member]
    private let requirements: [CheckedExpression]

    /// - Parameter same: whether two rules, given by their policies' places and their own, were proved to mean the same.
    init(_ world: World, same: [[Int]: [Int]] = [:]) {
        self.world = world
        var members: [Member] = []
        var requirements: [CheckedExpression] = []
        var meanings: [OpaqueKey: Int] = [:]
        for (number, policy) in world.policies.enumerated() {
            for (place, rule) in policy.rules.enumerated() {
                let requirement = policy.requirements[place]
                let meaning: Int
                if let other = same[[number, place]],
                    let known = members.first(where: { [$0.policy, $0.place] == other })
                {
                    meaning = known.meaning
                } else {
                    let reader = Reader(world: world, path: Path(world), policy: number)
                    guard case .opaque(let key) = reader.opaque(requirement.parsed.root, []) else { continue }
                    meaning = meanings[key] ?? requirements.count
                    meanings[key] = meaning
                }
                requirements.append(requirement)
                members.append(
                    Member(meaning: meaning, policy: number, place: place, rule: rule, strength: rule.strength))
            }
        }
        self.members = members
        self.requirements = requirements
    }

    func rules(of policy: Int) -> [Member] { members.filter { $0.policy == policy } }

    /// Whether the rule passes: a failing evaluation does not. Noted in the path.
    func passes(_ member: Member, _ path: inout Path) throws(Split) -> Bool {
        if let known = path.verdicts[member.meaning] { return known }
        let reader = Reader(world: world, path: path, policy: members[member.meaning].policy)
        let passes = try reader.truth(of: requirements[member.meaning].parsed.root) == .yes
        path.verdicts[member.meaning] = passes
        return passes
    }
}

extension Rule {
    /// Whose consequence counts where two rules fail together: rejection over two approvals over one. 0 is approval.
    package var strength: Int {
        switch consequence {
        case .reject: 3
        case .review: approvals
        }
    }
}

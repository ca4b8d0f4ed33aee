import EligibilityPolicy

/// Questions about single rules.
struct RuleQuestions {
    let world: World
    let rules: RuleSet
    /// Paths followed for one question.
    let paths: Int

    /// What became of a search for facts.
    enum Answer {
        case facts(Facts)
        /// There are none: that is proved.
        case none
        case unknown
    }

    /// Whether the two pass on the same facts: true only where that is proved.
    func areEquivalent(_ one: RuleSet.Member, _ other: RuleSet.Member) -> Bool {
        world.steps = 0
        let search = Search(maximumPaths: paths, world: world)
        var differs = false
        let isComplete = search.run(from: Path(world)) { (path: inout Path) throws(Split) -> Search.Step<Bool> in
            try rules.passes(one, &path) == rules.passes(other, &path) ? .nothing : .hit(true)
        } visit: { path, _ in
            if case .impossible = ModelFinder(world: world, path: path, plain: plain).find() { return true }
            differs = true
            return false
        }
        return isComplete && !differs
    }

    private var plain: Facts { FactsSampler(seed: 1, policies: world.policies).plain }

    /// Facts on which some rules fail and others pass.
    func facts(failing: [RuleSet.Member], passing: [RuleSet.Member]) -> Answer {
        world.steps = 0
        let search = Search(maximumPaths: paths, world: world)
        var answer = Answer.none
        let plain = plain
        let isComplete = search.run(from: Path(world)) { (path: inout Path) throws(Split) -> Search.Step<Bool> in
            for rule in failing { if try rules.passes(rule, &path) { return .nothing } }
            for rule in passing { if try !rules.passes(rule, &path) { return .nothing } }
            return .hit(true)
        } visit: { path, _ in
            switch ModelFinder(world: world, path: path, plain: plain).find() {
            case .impossible: return true
            case .unknown:
                answer = .unknown
                return true
            case .found(let facts):
                if fits(facts, failing, passing) {
                    answer = .facts(facts)
                    return false
                }
                answer = .unknown
                return true
            }
        }
        if case .none = answer, !isComplete { return .unknown }
        return answer
    }

    /// As the policy's own evaluator sees it.
    private func fits(_ facts: Facts, _ failing: [RuleSet.Member], _ passing: [RuleSet.Member]) -> Bool {
        guard FactLaws.hold(for: facts) else { return false }
        func passes(_ rule: RuleSet.Member) -> Bool { world.policies[rule.policy].evaluate(facts).rulings[rule.place].passed }
        return failing.allSatisfy { !passes($0) } && passing.allSatisfy(passes)
    }
}

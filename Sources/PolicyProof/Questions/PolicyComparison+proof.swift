import EligibilityPolicy

extension PolicyComparison {
    /// Compares two policies. Bounded by the limits; beyond them the verdict is undecided.
    package init(old: Policy, new: Policy, limits: ProofLimits = ProofLimits()) {
        var proof = ComparisonProof(old: old, new: new, limits: limits)
        proof.run()
        self = proof.result
    }
}

/// The work of a comparison.
///
/// Rules that mean the same in both policies can only hide a difference, so those that do not are evaluated first: where they
/// have the same consequence, nothing else is looked at.
private struct ComparisonProof {
    let old: Policy
    let new: Policy
    let limits: ProofLimits
    let world: World
    var rules: RuleSet
    let simplifier: FactsSimplifier
    let plain: Facts

    /// By the severity before and after.
    var witnesses: [[Int]: PolicyComparison.Witness] = [:]
    var reasons: PolicyComparison.Witness?
    var open: Set<PolicyComparison.Direction> = []
    var obstacles: [String] = []
    var variations: FactsVariations
    /// Facts that were tried for what is not understood.
    var tries = 0

    init(old: Policy, new: Policy, limits: ProofLimits) {
        self.old = old
        self.new = new
        self.limits = limits
        world = World([old, new], steps: limits.steps)
        plain = FactsSampler(seed: 1, policies: [old, new]).plain
        simplifier = FactsSimplifier(plain: plain)
        variations = FactsVariations([old, new])
        rules = RuleSet(world)
        rules = RuleSet(world, same: provedPairs())
    }

    mutating func run() {
        let (before, after, shared) = parts()
        if !before.isEmpty || !after.isEmpty {
            compare(before, after, shared)
            if !open.isEmpty { sample() }
        }
        if old.digest != new.digest, findings.values.allSatisfy({ $0 == .excluded }) { compareReasons(before, after) }
    }

    // MARK: Rules that mean the same

    /// Rules of the same id and consequence that are spelt differently and were proved to pass on the same facts.
    private func provedPairs() -> [[Int]: [Int]] {
        var same: [[Int]: [Int]] = [:]
        let before = rules.rules(of: 0)
        for rule in rules.rules(of: 1) where !before.contains(where: { $0.meaning == rule.meaning }) {
            guard let earlier = before.first(where: { $0.rule.id == rule.rule.id }),
                RuleQuestions(world: world, rules: rules, paths: limits.pathsForRules).areEquivalent(earlier, rule)
            else { continue }
            same[[1, rule.place]] = [0, earlier.place]
        }
        return same
    }

    /// The rules that only one policy has, and those that both have with the same consequence.
    private func parts() -> (before: [RuleSet.Member], after: [RuleSet.Member], shared: [RuleSet.Member]) {
        let key = { (member: RuleSet.Member) in [member.meaning, member.strength] }
        let (before, after) = (rules.rules(of: 0), rules.rules(of: 1))
        let (first, second) = (Set(before.map(key)), Set(after.map(key)))
        let strongest = { (members: [RuleSet.Member]) in members.sorted { $0.strength > $1.strength } }
        return (
            strongest(before.filter { !second.contains(key($0)) }), strongest(after.filter { !first.contains(key($0)) }),
            strongest(before.filter { second.contains(key($0)) })
        )
    }

    // MARK: Outcomes

    private struct Pair {
        let before: Int
        let after: Int

        var direction: PolicyComparison.Direction { before < after ? .stricter : .looser }
    }

    private mutating func compare(_ before: [RuleSet.Member], _ after: [RuleSet.Member], _ shared: [RuleSet.Member]) {
        world.steps = 0
        let search = Search(maximumPaths: limits.paths, world: world)
        let rules = rules
        var found = self
        let isComplete = search.run(from: Path(world)) { (path: inout Path) throws(Split) -> Search.Step<Pair> in
            let (old, new) = (try Self.severity(before, rules, &path), try Self.severity(after, rules, &path))
            guard old != new else { return .nothing }
            let (high, direction) = (max(old, new), Pair(before: old, after: new).direction)
            let possible = (min(old, new)..<high).filter { low in
                found.witnesses[direction == .stricter ? [low, high] : [high, low]] == nil
            }
            guard !possible.isEmpty else { return .nothing }
            var low = min(old, new)
            for rule in shared where rule.strength > low {
                guard try !rules.passes(rule, &path) else { continue }
                // Strongest first: what comes after is weaker.
                guard rule.strength < high else { return .nothing }
                low = rule.strength
                break
            }
            guard possible.contains(low) else { return .nothing }
            return .hit(direction == .stricter ? Pair(before: low, after: high) : Pair(before: high, after: low))
        } visit: { path, pair in
            found.settle(path, pair)
            return true
        }
        self = found
        if !isComplete {
            open.formUnion(PolicyComparison.Direction.allCases)
            note("there are more cases than are looked at")
        }
    }

    /// How strict the strictest of the rules that fail is.
    private static func severity(
        _ members: [RuleSet.Member], _ rules: RuleSet, _ path: inout Path
    ) throws(Split) -> Int {
        for member in members { if try !rules.passes(member, &path) { return member.strength } }
        return 0
    }

    private mutating func settle(_ path: Path, _ pair: Pair) {
        switch ModelFinder(world: world, path: path, plain: plain).find() {
        case .impossible: return
        case .found(let facts):
            if let witness = witness(facts) {
                keep(witness)
                // Another difference than was looked for is one all the same, but this one is still open.
                if [witness.old.severity, witness.new.severity] == [pair.before, pair.after] { return }
            }
            if !path.opaque.isEmpty, look(near: facts, for: pair) { return }
        case .unknown: break
        }
        open.insert(pair.direction)
        let opaque = path.opaque
        for key in opaque { note("`\(key.text)` is not understood") }
        if opaque.isEmpty { note("facts were neither found nor excluded for some combination of conditions") }
    }

    /// Tries facts near those that satisfy what is understood of a path.
    private mutating func look(near facts: Facts, for pair: Pair) -> Bool {
        var variations = variations
        defer { self.variations = variations }
        for _ in 0..<limits.variations where tries < limits.samples {
            tries += 1
            let varied = variations.next(to: facts)
            guard [old.evaluate(varied).severity, new.evaluate(varied).severity] == [pair.before, pair.after],
                let witness = witness(varied)
            else { continue }
            keep(witness)
            return true
        }
        return false
    }

    private mutating func note(_ obstacle: String) {
        if !obstacles.contains(obstacle), obstacles.count < 20 { obstacles.append(obstacle) }
    }

    // MARK: Witnesses

    /// The facts made plain, where the policies themselves decide differently on them.
    private func witness(_ facts: Facts) -> PolicyComparison.Witness? {
        let (before, after) = (old.evaluate(facts), new.evaluate(facts))
        guard before.severity != after.severity, FactLaws.hold(for: facts) else { return nil }
        let simple = simplifier.simplify(facts) {
            FactLaws.hold(for: $0) && old.evaluate($0).severity == before.severity && new.evaluate($0).severity == after.severity
        }
        return made(simple)
    }

    private func made(_ facts: Facts) -> PolicyComparison.Witness {
        PolicyComparison.Witness(
            facts: facts, old: old.evaluate(facts), new: new.evaluate(facts),
            words: FactsInWords(plain: plain).words(for: facts))
    }

    private mutating func keep(_ witness: PolicyComparison.Witness) {
        let pair = [witness.old.severity, witness.new.severity]
        if witnesses[pair] == nil { witnesses[pair] = witness }
    }

    /// Where the proof is open, facts at the corners of both policies are tried: what they show is real.
    private mutating func sample() {
        var sampler = FactsSampler(seed: 1, policies: [old, new])
        for number in 0..<limits.samples {
            let facts = number.isMultiple(of: 2) ? sampler.next() : variations.next(to: plain)
            guard FactLaws.hold(for: facts) else { continue }
            let pair = [old.evaluate(facts).severity, new.evaluate(facts).severity]
            if pair[0] != pair[1], witnesses[pair] == nil, let witness = witness(facts) { keep(witness) }
        }
    }

    // MARK: Reasons

    private mutating func compareReasons(_ before: [RuleSet.Member], _ after: [RuleSet.Member]) {
        let codes = { (members: [RuleSet.Member]) in members.map(\.rule.code.rawValue) }
        let (one, other) = (rules.rules(of: 0), rules.rules(of: 1))
        // Rules may mean the same and give other reasons.
        guard one.map(\.meaning) != other.map(\.meaning) || codes(one) != codes(other) else { return }
        let differing =
            one.filter { rule in
                !other.contains { $0.meaning == rule.meaning && $0.strength == rule.strength && $0.rule.code == rule.rule.code }
            }
            + other.filter { rule in
                !one.contains { $0.meaning == rule.meaning && $0.strength == rule.strength && $0.rule.code == rule.rule.code }
            }
        world.steps = 0
        let search = Search(maximumPaths: limits.pathsForRules, world: world)
        let (rules, world, plain, old, new) = (rules, world, plain, old, new)
        var found: Facts?
        for rule in differing where found == nil {
            _ = search.run(from: Path(world)) { (path: inout Path) throws(Split) -> Search.Step<Bool> in
                try rules.passes(rule, &path) ? .nothing : .hit(true)
            } visit: { path, _ in
                guard case .found(let facts) = ModelFinder(world: world, path: path, plain: plain).find() else { return true }
                let isOther = old.evaluate(facts).reasons.map(\.code) != new.evaluate(facts).reasons.map(\.code)
                if isOther, FactLaws.hold(for: facts) { found = facts }
                return found == nil
            }
        }
        guard let found else { return }
        let simple = simplifier.simplify(found) {
            FactLaws.hold(for: $0) && old.evaluate($0).reasons.map(\.code) != new.evaluate($0).reasons.map(\.code)
        }
        reasons = made(simple)
    }

    // MARK: The result

    private var findings: [PolicyComparison.Direction: PolicyComparison.Finding] {
        var findings: [PolicyComparison.Direction: PolicyComparison.Finding] = [:]
        for direction in PolicyComparison.Direction.allCases {
            let isShown = witnesses.values.contains { $0.direction == direction }
            findings[direction] = isShown ? .shown : open.contains(direction) ? .undecided : .excluded
        }
        return findings
    }

    var result: PolicyComparison {
        let findings = findings
        let verdict: PolicyComparison.Verdict =
            if findings.values.contains(.undecided) { .undecided } else {
                switch (findings[.looser] == .shown, findings[.stricter] == .shown) {
                case (true, true): .both
                case (true, false): .looser
                case (false, true): .stricter
                case (false, false): .equal
                }
            }
        let ordered = witnesses.sorted { one, other in
            let (first, second) = (one.value.direction == .looser, other.value.direction == .looser)
            return first != second ? first : one.key.lexicographicallyPrecedes(other.key)
        }
        return PolicyComparison(
            verdict: verdict, findings: findings, witnesses: ordered.map(\.value), reasons: reasons,
            obstacles: verdict == .undecided ? obstacles : [])
    }
}

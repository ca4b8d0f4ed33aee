import EligibilityPolicy

extension Facts {
    /// That a decision recorded exactly the counters that its policy uses.
    func counterDifferences(under policy: Policy) -> [FactDifference] {
        let (due, recorded) = (Set(policy.counted), Set(counters.sorted.map(\.counter)))
        let missing = due.subtracting(recorded).map {
            FactDifference(fact: "counters.\($0)", recorded: "none", actual: "counted")
        }
        let idle = recorded.subtracting(due).map {
            FactDifference(fact: "counters.\($0)", recorded: "\(counters[$0] ?? 0)", actual: "not counted by the policy")
        }
        return (missing + idle).sorted { $0.fact < $1.fact }
    }
}

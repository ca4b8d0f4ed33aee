/// Where in the life of a sharing a policy is evaluated.
public enum EvaluationMoment: String, CaseIterable, Hashable, Sendable {
    /// A new request, and an officer's approval of one.
    case admission
    /// A sharing whose term is over is to go on.
    case renewal
    /// A fact about a sharing, or the policy, has changed.
    case recheck = "re-check"
}

extension Rule {
    /// Where the rule acts, in the order of a sharing's life.
    package var moments: [EvaluationMoment] { EvaluationMoment.allCases.filter(at.contains) }

    /// Whether the rule acts on new requests and on renewals, as most do.
    package var isUsual: Bool { at.isSuperset(of: [.admission, .renewal]) }
}

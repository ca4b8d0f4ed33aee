import Canonical

/// Why a rule did not act on a request, so that it counts as passed.
public enum RuleExclusion: Hashable, Sendable {
    /// The rule acts from this moment on.
    case before(Timestamp)
    /// The rule acted until this moment.
    case since(Timestamp)
    /// The exemption of that id.
    case exemption(String)
}

extension RuleExclusion: CustomStringConvertible {
    /// As the end of a sentence: `does not act: …`.
    public var description: String {
        switch self {
        case .before(let moment): "from \(moment)"
        case .since(let moment): "until \(moment)"
        case .exemption(let id): "exemption \(id)"
        }
    }
}

extension Policy {
    /// Whether a rule may not act on some requests, so that its title need not be so where it counts as passed.
    package func mayNotAct(_ rule: RuleID) -> Bool {
        exemptions.contains { $0.rules.contains(rule) } || rules.contains { $0.id == rule && ($0.from != nil || $0.until != nil) }
    }
}

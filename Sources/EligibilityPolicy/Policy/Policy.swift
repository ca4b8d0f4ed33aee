import Canonical

/// A policy that was loaded and checked: what decides on share requests.
public struct Policy: Sendable {
    public let name: String
    public let version: String
    /// SHA-256 of the file's text, by which decisions name their policy.
    public let digest: Digest
    /// The file, byte for byte.
    public let source: String
    public let catalog: DeviceCatalog
    /// In the order of the file.
    public let rules: [Rule]
    /// The reasons that the policy defines, and what clients may be told of each.
    public let reasons: ReasonCatalog
    /// Exemptions from rules, in the order of the file.
    public let exemptions: [Exemption]
    /// How long a request stays pending, where the rules that hold it do not say.
    public let pending: PendingTimes
    /// What portals are asked for with each request, in the order of the file.
    public let inputs: [PolicyInput]
    /// What is counted of the log for each decision, in the order of the file.
    public let counters: [PolicyCounter]
    /// What an officer may give as the reason of a rejection.
    public let rejectionReasons: [RejectionReason]

    /// The names that the file gives to values and to expressions, in its order.
    package let constants: [(name: String, expression: String)]
    package let variables: [(name: String, expression: String)]

    /// What its expressions may read.
    package let schema: FactSchema
    let evaluator: PolicyEvaluator
    let analysis: RuleAnalysis

    /// The rules that act on a new request, in the order of the file. Decisions have a ruling of each, in this order.
    package var admissionRules: [Rule] { evaluator.rules.map(\.rule) }

    /// How long a request stays pending that was held by this decision: what gives officers the least time counts, of the rules
    /// that hold it.
    public func pending(of decision: Decision) -> PendingTimes {
        let holding = decision.reasons.filter { $0.consequence == .review }.map(\.rule)
        let times = rules.filter { holding.contains($0.id) }.map { $0.pending ?? pending }
        return PendingTimes(shortestOf: times) ?? pending
    }

    /// Decides on the facts of a new request: total, deterministic, bounded; no clock, no I/O.
    public func evaluate(_ facts: Facts) -> Decision { evaluator.evaluate(facts) }
}

/// A reason that officers choose from.
public struct RejectionReason: Hashable, Sendable {
    public let id: RejectionReasonID
    public let title: LocalizedText
    /// What clients may be told in its place, as the file has it; without a word of it there, nothing.
    public let disclosure: Disclosure
}

extension Policy {
    /// What clients are told in place of an officer's reason: its own id, or the code of a reason. Nil for no more than that an
    /// officer has decided.
    public func disclosed(_ reason: RejectionReason) -> String? {
        switch reason.disclosure {
        case .itself: return reason.id.rawValue
        case .nothing: return nil
        case .another(let code):
            switch reasons.disclosure(of: code) {
            case .itself: return code.rawValue
            case .another(let other): return other.rawValue
            case .nothing: return nil
            }
        }
    }
}

/// The name of a rejection reason, such as `suspected-fraud`.
public struct RejectionReasonID: Hashable, Sendable, RawRepresentable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }
}

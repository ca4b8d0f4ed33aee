/// One difference between two policies.
package struct PolicyChange: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case added, removed, changed, moved
    }

    /// What parts of a policy can differ. The raw value is the word in English.
    package enum Part: String, Hashable, Sendable, CaseIterable {
        case policy
        case pending = "pending request"
        case constant
        case variable
        case input
        case counter
        case deviceKind = "kind of device"
        case ownReason = "reason"
        case disclosure
        case rule
        case exemption
        case rejectionReason = "rejection reason"
    }

    /// What of a part can differ. The raw value is the word in English.
    package enum Aspect: String, Hashable, Sendable, CaseIterable {
        case name
        case version
        case lapse = "lapses after"
        case escalation = "is escalated after"
        case value
        case expression
        case title
        case level
        case isShareable = "shareable"
        case isPhysical = "physical"
        case isTemporary = "temporary"
        case isRetired = "retired"
        case type
        case isRequired = "required"
        case fallback = "without it"
        case counted = "counts"
        case requirement = "requires"
        case consequence = "otherwise"
        case approvals
        case error
        case message
        case advice
        case disclosedAs = "disclosed as"
        case moments = "acts at"
        case from = "acts from"
        case until
        case rules = "from the rules"
        case users = "for"
        case reason
        case parameter
        case order = "the order is now"
    }

    /// How one aspect changed.
    package struct Detail: Hashable, Sendable {
        package let aspect: Aspect
        /// Which of several: the parameter's name, the title's language; empty where there is one only.
        package let name: String
        package let old: String
        package let new: String
    }

    package let kind: Kind
    package let part: Part
    /// The id of the rule, constant, kind and so on; empty where there is one only, or several are meant.
    package let id: String
    package let details: [Detail]
}

// MARK: - In English

extension PolicyChange: CustomStringConvertible {
    /// What it is about: `rule device-seasoned`.
    package var subject: String {
        switch (kind, part) {
        case (_, .policy): part.rawValue
        case (_, .pending): "a \(part.rawValue)"
        case (.moved, _): "\(part.rawValue)s"
        default: "\(part.rawValue) \(id)"
        }
    }

    /// What changed, and a line for each detail.
    package var lines: [String] { ["\(kind.rawValue)  \(subject)"] + details.map { "    \($0)" } }

    package var description: String { lines.joined(separator: "\n") }
}

extension PolicyChange.Detail: CustomStringConvertible {
    package var description: String {
        switch aspect {
        case .title, .message, .advice: "\(aspect.rawValue) in \(name): \(old) → \(new)"
        case .parameter: "parameter \(name): \(old) → \(new)"
        case .order: "\(aspect.rawValue): \(new)"
        default: "\(aspect.rawValue): \(old) → \(new)"
        }
    }
}

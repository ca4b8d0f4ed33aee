import CEL

/// A fact that a policy declares for itself: what it asks portals for, and what it has counted. The same for two policies that
/// declare the same.
package struct DeclaredField: Hashable, Sendable {
    /// As expressions spell it, below the record.
    package let id: String
    package let source: FactSource
    package let type: InputType
    package let fallback: InputValue

    package init(id: String, source: FactSource, type: InputType, fallback: InputValue) {
        self.id = id
        self.source = source
        self.type = type
        self.fallback = fallback
    }

    /// Total: what is missing, or not recorded as one of its type is, is the fallback.
    package func value(in facts: Facts) -> InputValue {
        guard let value = facts[source], type.takes(value) else { return fallback }
        return value
    }

    package var record: FactRecord {
        switch source {
        case .input: .input
        case .counter: .counter
        }
    }

    var declaration: FactDeclaration {
        let celType: CELType =
            switch type {
            case .choice, .country: .string
            case .integer: .int
            case .boolean: .bool
            }
        switch source {
        case .input: return FactDeclaration(celType, "\(type.requirement); \(fallback) where the request does not say")
        case .counter(let counter): return FactDeclaration(celType, counter.documentation)
        }
    }
}

/// Where facts have the value of a declared field.
package enum FactSource: Hashable, Sendable {
    /// What the portal said, by its name.
    case input(String)
    case counter(HistoryCounter)
}

extension FactSource: CustomStringConvertible {
    /// Never the same for two sources: names of inputs have no dots.
    package var description: String {
        switch self {
        case .input(let name): name
        case .counter(let counter): counter.description
        }
    }
}

extension Facts {
    /// The value of a declared field as it was recorded; nil where none was. A counter takes whole numbers alone.
    package subscript(source: FactSource) -> InputValue? {
        get {
            switch source {
            case .input(let name): inputs[name]
            case .counter(let counter): counters[counter].map(InputValue.integer)
            }
        }
        set {
            switch source {
            case .input(let name): inputs[name] = newValue
            case .counter(let counter): counters[counter] = newValue?.number
            }
        }
    }
}

extension HistoryCounter {
    /// What the number says, as a phrase.
    var documentation: String {
        let user =
            switch subject {
            case .requester: "the requester"
            case .owner: "the owner"
            case .requesterEntity: "all users of the requester's entity"
            case .ownerEntity: "all users of the owner's entity"
            }
        let past = span.map { "within \($0) before the decision" } ?? "now"
        switch quantity {
        case .sharings:
            let what = subject.side == .owner ? "sharings of devices of \(user)" : "sharings by which \(user) log in"
            return hours == nil ? "\(what), that stand \(past)" : "\(what), that began \(past)"
        case .requests: return "other requests of \(user), submitted \(past)"
        case .rejections: return "requests of \(user), rejected \(past)"
        case .daysSinceDeviceChange:
            return "whole days since a device of \(user) was issued, activated, deactivated or lost; "
                + "without one, since the registration"
        case .daysSinceIdentityChange:
            return "whole days since the identity data of \(user) were replaced or erased; "
                + "where they never were, since the registration"
        }
    }
}

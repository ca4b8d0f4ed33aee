/// A reason that a policy defines beside the program's own codes.
public struct PolicyReason: Hashable, Sendable {
    public let id: PolicyReasonID
    /// What is wrong, in a few words.
    public let title: LocalizedText
    /// What is wrong, as a sentence with places for parameters: `The office opens at {opensAt}.`
    public let message: LocalizedText
    /// What to do about it, with places for parameters.
    public let advice: LocalizedText
    /// What every reason of this name carries, in the order of the file.
    public let parameters: [ErrorParameter]
    /// What clients may be told in its place, as the file has it.
    public let disclosure: Disclosure
}

/// What clients may be told in place of a reason: the key `disclosedAs` of a policy.
public enum Disclosure: Hashable, Sendable {
    case itself
    case another(ReasonCode)
    /// That there is a reason, and no more.
    case nothing
}

extension Disclosure: CustomStringConvertible {
    static let itselfName = "itself"
    static let nothingName = "nothing"

    /// As policy files spell it.
    public var description: String {
        switch self {
        case .itself: Self.itselfName
        case .another(let code): code.rawValue
        case .nothing: Self.nothingName
        }
    }
}

/// A reason as it is told to somebody.
public struct StatedReason: Hashable, Sendable {
    public let code: ReasonCode
    public let parameters: ErrorParameters
    /// What followed from it; nil where no rule gave it.
    public let consequence: Consequence?

    public init(_ code: ReasonCode, _ parameters: ErrorParameters = .none, consequence: Consequence? = nil) {
        self.code = code
        self.parameters = parameters
        self.consequence = consequence
    }
}

extension StatedReason {
    /// A reason for which a rule did not pass.
    public init(_ reason: Reason) {
        self.init(reason.code, reason.parameters, consequence: reason.consequence)
    }
}

/// The declaration of one parameter of a ``SharingErrorCode``.
public struct ErrorParameter: Hashable, Sendable {
    public let name: String
    public let kind: Kind
    /// What it holds, as a phrase for people who write policies or handle errors.
    public let documentation: String
    /// Whether it may be empty, or not be there, so that messages need words for that.
    public let mayBeEmpty: Bool
    /// Whether it is for officers and auditors only: a portal's answers leave it out, so it may be empty too.
    public let isConfidential: Bool

    package init(
        _ name: String, _ kind: Kind, _ documentation: String, mayBeEmpty: Bool = false, isConfidential: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.documentation = documentation
        self.mayBeEmpty = mayBeEmpty
        self.isConfidential = isConfidential
    }

    /// What a parameter holds, hence how a message shows it in the reader's language.
    public enum Kind: String, CaseIterable, Hashable, Sendable {
        /// The id of something, shown as it is.
        case identifier
        case integer
        /// A moment as RFC 3339.
        case moment
        case text
        case texts
        case participant
        case identityAttribute
        case identityAttributes
        case deviceKind
        /// A state of a share request, user or device.
        case state
        /// A command, such as `approve`.
        case action
    }
}

extension ErrorParameter.Kind {
    /// Whether `value` is of the shape that this kind wants.
    public func accepts(_ value: ParameterValue) -> Bool {
        // Not by a switch over both: Swift 6.3 compiles `switch (self, value)` so that the array in `value` is freed twice, where
        // `value` is made of a literal and only `self` decides. `SourceTests` has the program that shows it.
        switch self {
        case .integer: if case .integer = value { true } else { false }
        case .texts, .identityAttributes: if case .strings = value { true } else { false }
        case .identifier, .moment, .text, .participant, .identityAttribute, .deviceKind, .state, .action:
            if case .string = value { true } else { false }
        }
    }
}

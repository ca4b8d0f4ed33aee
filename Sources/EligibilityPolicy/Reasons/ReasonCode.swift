/// The stable code of a reason: one of the program's own, or one that a policy defines.
///
/// The raw value is what answers, events and files have: `device-widely-shared`, or `policy.outside-office-hours`.
public enum ReasonCode: Hashable, Sendable {
    case builtIn(SharingErrorCode)
    case ofPolicy(PolicyReasonID)
}

extension ReasonCode: RawRepresentable, CustomStringConvertible {
    /// Nil for what is neither a code of the program's nor spelt as one of a policy.
    public init?(rawValue: String) {
        if let code = SharingErrorCode(rawValue: rawValue) {
            self = .builtIn(code)
        } else if let id = PolicyReasonID(rawValue: rawValue) {
            self = .ofPolicy(id)
        } else {
            return nil
        }
    }

    public var rawValue: String {
        switch self {
        case .builtIn(let code): code.rawValue
        case .ofPolicy(let id): id.rawValue
        }
    }

    public var description: String { rawValue }

    /// Whether this is that code of the program's.
    public static func == (reason: ReasonCode, code: SharingErrorCode) -> Bool {
        if case .builtIn(code) = reason { true } else { false }
    }
}

/// The name of a reason that a policy defines, such as `policy.outside-office-hours`.
///
/// The prefix keeps it apart from every code that a program has, or will have: those, and the reasons that officers choose from,
/// are words joined by hyphens and have no full stop.
public struct PolicyReasonID: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
    public static let prefix = "policy."
    /// Bytes behind the prefix.
    static let maximumLength = 64
    /// Bytes with the prefix.
    package static let maximumTextLength = prefix.utf8.count + maximumLength

    public let rawValue: String

    /// Nil unless `rawValue` is the prefix and words joined by hyphens.
    public init?(rawValue: String) {
        guard rawValue.hasPrefix(Self.prefix) else { return nil }
        let name = rawValue.utf8.dropFirst(Self.prefix.utf8.count)
        guard (1...Self.maximumLength).contains(name.count), name.first != Self.hyphen, name.last != Self.hyphen else {
            return nil
        }
        var wasHyphen = false
        for byte in name {
            let isHyphen = byte == Self.hyphen
            guard isHyphen ? !wasHyphen : (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) else { return nil }
            wasHyphen = isHyphen
        }
        self.rawValue = rawValue
    }

    private static let hyphen: UInt8 = 0x2D

    public var description: String { rawValue }
}

/// What identifiers of the broker have in common: 1 to 64 letters, digits and `. _ @ : -`, compared byte by byte.
public protocol Identifier: Hashable, Comparable, Sendable, CustomStringConvertible {
    var rawValue: String { get }

    /// Takes the text as it is: for what was validated before, as everything in the log was.
    init(trusted rawValue: String)
}

extension Identifier {
    /// Nil unless the text is a valid identifier.
    public init?(_ text: String) {
        guard text.isIdentifier else { return nil }
        self.init(trusted: text)
    }

    /// Nil unless the text is a valid identifier.
    init?(utf8 text: UnsafeRawBufferPointer) {
        guard text.isIdentifier else { return nil }
        self.init(trusted: String(decoding: text, as: UTF8.self))
    }

    public var description: String { rawValue }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension String {
    var isIdentifier: Bool {
        var text = self
        return text.withUTF8 { UnsafeRawBufferPointer($0).isIdentifier }
    }
}

extension UnsafeRawBufferPointer {
    /// Bytes of an identifier, at most.
    private static var maximumIdentifierLength: Int { 64 }

    fileprivate var isIdentifier: Bool {
        (1...Self.maximumIdentifierLength).contains(count) && allSatisfy(\.isIdentifierByte)
    }
}

extension UInt8 {
    fileprivate var isIdentifierByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "@"), UInt8(ascii: ":"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

/// A login name.
public struct UserID: Identifier {
    public let rawValue: String
    public init(trusted rawValue: String) { self.rawValue = rawValue }
}

/// The person or organisation that a login name belongs to.
public struct EntityID: Identifier {
    public let rawValue: String
    public init(trusted rawValue: String) { self.rawValue = rawValue }
}

/// A human being who uses login names. Of an organisation several may have logins; one may have logins of several entities.
public struct PersonID: Identifier {
    public let rawValue: String
    public init(trusted rawValue: String) { self.rawValue = rawValue }
}

/// A security device.
public struct DeviceID: Identifier {
    public let rawValue: String
    public init(trusted rawValue: String) { self.rawValue = rawValue }
}

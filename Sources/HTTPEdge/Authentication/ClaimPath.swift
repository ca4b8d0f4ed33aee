import Canonical

/// Where a claim is found among a token's claims.
///
/// ```swift
/// ClaimPath("roles")                                // the claim of this name
/// ClaimPath("realm_access.roles")                   // dots lead into objects
/// ClaimPath("https://example.com/roles")            // a claim whose own name has dots comes first
/// ClaimPath("/https:~1~1example.com~1claims/roles") // a JSON Pointer (RFC 6901): names that have dots, inside of objects
/// ```
public struct ClaimPath: Hashable, Sendable, CustomStringConvertible {
    /// As the settings have it.
    public let description: String
    private let names: [String]
    private let isPointer: Bool

    /// Nil for an empty text, and for a text that begins with `/` and is no JSON Pointer.
    public init?(_ text: String) {
        guard !text.isEmpty else { return nil }
        description = text
        isPointer = text.hasPrefix("/")
        guard isPointer else {
            names = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            return
        }
        var names: [String] = []
        for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let name = Self.unescaped(part) else { return nil }
            names.append(name)
        }
        self.names = names
    }

    /// What a place holds.
    enum Found: Hashable, Sendable {
        case value(JSONValue)
        /// The claim, or the object that should hold it, is not among the claims.
        case missing
        /// What should hold it is there, but is no object.
        case obstructed
    }

    func find(in claims: JSONObject) -> Found {
        if !isPointer, let value = claims[description] { return .value(value) }
        var value = JSONValue.object(claims)
        for name in names {
            switch value {
            case .object(let object):
                guard let next = object[name] else { return .missing }
                value = next
            case .array(let elements) where isPointer:
                guard let place = Self.index(name) else { return .obstructed }
                guard place < elements.count else { return .missing }
                value = elements[place]
            case .array, .string, .integer, .number, .bool, .null: return .obstructed
            }
        }
        return .value(value)
    }

    /// `~1` is a slash and `~0` a tilde; nil for any other tilde (RFC 6901, section 3).
    private static func unescaped(_ part: Substring) -> String? {
        var text = ""
        var rest = part[...]
        while let tilde = rest.firstIndex(of: "~") {
            text += rest[..<tilde]
            rest = rest[rest.index(after: tilde)...]
            switch rest.popFirst() {
            case "0": text += "~"
            case "1": text += "/"
            default: return nil
            }
        }
        return text + rest
    }

    /// An element's place: digits, without a zero in front (RFC 6901, section 4).
    private static func index(_ name: String) -> Int? {
        guard !name.isEmpty, name.utf8.allSatisfy({ (0x30...0x39).contains($0) }), name == "0" || !name.hasPrefix("0") else {
            return nil
        }
        return Int(name)
    }
}

extension ClaimPath: ExpressibleByStringLiteral {
    /// A text that is no path is the name of a claim.
    public init(stringLiteral text: String) {
        self = ClaimPath(text) ?? ClaimPath(name: text)
    }

    private init(name: String) {
        description = name
        names = [name]
        isPointer = false
    }
}

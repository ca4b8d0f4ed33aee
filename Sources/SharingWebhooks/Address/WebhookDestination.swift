import Foundation

/// Where messages are sent: an `https` URL; where private receivers are allowed, `http` too.
public struct WebhookDestination: Hashable, Sendable, CustomStringConvertible {
    /// Bytes of a URL, at most.
    public static let maximumURLLength = 2_048

    /// The URL with its host in lower case.
    public let url: String
    /// The host, without the brackets of an IPv6 address.
    public let host: String
    public let port: Int
    public let isEncrypted: Bool
    /// Whether the host may be, or be resolved to, an address that is not public.
    public let allowsPrivate: Bool

    /// Throws `destination-invalid`. Names are resolved, and what they come to is checked, when something is sent: what they
    /// come to now says nothing about then.
    public init(_ text: String, allowsPrivate: Bool) throws(WebhookError) {
        // What a URL may not hold is not mended: whoever wrote it may have meant something else.
        guard text.utf8.count <= Self.maximumURLLength, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            var components = URLComponents(string: text)
        else { throw .destinationInvalid("is no URL of at most \(Self.maximumURLLength) ASCII characters") }
        switch components.scheme?.lowercased() {
        case "https": isEncrypted = true
        case "http" where allowsPrivate: isEncrypted = false
        case "http":
            throw .destinationInvalid("must begin with https://; http is for private receivers, if they are allowed")
        default: throw .destinationInvalid("must begin with https://")
        }
        guard components.user == nil, components.password == nil else {
            throw .destinationInvalid("must not hold a user or a password: messages are signed instead")
        }
        guard components.fragment == nil else { throw .destinationInvalid("must not have a fragment") }
        guard let bracketed = components.percentEncodedHost?.lowercased(), Self.isHost(bracketed) else {
            throw .destinationInvalid("must have a host of letters, digits, dots and hyphens, or an IP address")
        }
        components.scheme = isEncrypted ? "https" : "http"
        components.host = bracketed
        // The client must read the same host out of it as we do, or it would go somewhere that was not checked.
        let brackets = CharacterSet(charactersIn: "[]")
        guard let url = components.string, let readAgain = URL(string: url)?.host?.trimmingCharacters(in: brackets),
            readAgain == bracketed.trimmingCharacters(in: brackets), (1...65_535).contains(components.port ?? 443)
        else { throw .destinationInvalid("is no URL that can be sent to") }
        self.url = url
        host = readAgain
        port = components.port ?? (isEncrypted ? 443 : 80)
        self.allowsPrivate = allowsPrivate
    }

    private static func isHost(_ text: String) -> Bool {
        if text.hasPrefix("["), text.hasSuffix("]") {
            return text.utf8.dropFirst().dropLast().allSatisfy {
                isHexadecimal($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
            }
        }
        return (1...253).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    /// The addresses that may be connected to, of those that the host was resolved to. Throws `address-refused` where one of
    /// them is link-local, or is not public and private ones are not allowed: whoever mixes them has something in mind.
    public func permitted(_ addresses: [NetworkAddress]) throws(SendingProblem) -> [NetworkAddress] {
        guard !addresses.isEmpty else { throw SendingProblem(.nameNotResolved, "\(host) has no address") }
        guard !addresses.contains(where: \.isForbidden) else {
            throw SendingProblem(.addressRefused, "\(host) has a link-local address, or one of a cloud's metadata")
        }
        guard allowsPrivate || addresses.allSatisfy(\.isPublic) else {
            throw SendingProblem(.addressRefused, "\(host) has an address that is not public")
        }
        return addresses
    }

    /// The URL without path and query, in which receivers can have secrets.
    public var origin: String {
        let host = host.contains(":") ? "[\(host)]" : host
        return "\(isEncrypted ? "https" : "http")://\(host)" + (port == (isEncrypted ? 443 : 80) ? "" : ":\(port)")
    }

    public var description: String { url }
}

import Foundation

/// What a webhook's sender and receiver share: 24 to 64 random bytes, written as `whsec_` and base64.
///
/// Standard Webhooks 1.0, "Signature scheme": symmetric keys.
public struct WebhookSecret: Hashable, Sendable {
    /// Sizes that the specification allows.
    public static let byteCounts = 24...64
    static let prefix = "whsec_"

    /// The key itself.
    public let bytes: [UInt8]

    /// Nil unless there are 24 to 64 bytes.
    public init?(bytes: [UInt8]) {
        guard Self.byteCounts.contains(bytes.count) else { return nil }
        self.bytes = bytes
    }

    /// Nil unless the text is `whsec_` and base64 of 24 to 64 bytes. The prefix may be missing.
    public init?(_ text: String) {
        let encoded = text.hasPrefix(Self.prefix) ? String(text.dropFirst(Self.prefix.count)) : text
        guard let data = Data(base64Encoded: encoded) else { return nil }
        self.init(bytes: Array(data))
    }

    /// A new secret of 32 bytes.
    public static func random() -> WebhookSecret {
        var generator = SystemRandomNumberGenerator()
        return WebhookSecret(unchecked: (0..<32).map { _ in .random(in: .min ... .max, using: &generator) })
    }

    private init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// The secret in its text form: to be shown once, to whoever will check signatures.
    public var text: String { Self.prefix + Data(bytes).base64EncodedString() }
}

/// Printing one by mistake does not tell it.
extension WebhookSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "whsec_…" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

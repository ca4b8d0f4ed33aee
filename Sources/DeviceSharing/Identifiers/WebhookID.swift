import Canonical
import Foundation

/// Identifies a webhook: a UUID.
public struct WebhookID: Hashable, Sendable, CustomStringConvertible {
    public let uuid: UUID

    public init(_ uuid: UUID = UUID()) { self.uuid = uuid }

    /// Nil unless the text is a UUID.
    public init?(_ text: String) {
        guard let uuid = UUID(uuidString: text) else { return nil }
        self.uuid = uuid
    }

    /// The webhook that a caller's idempotency key stands for: a UUID of version 8 (RFC 9562, section 5.8), of the key's digest.
    package init(key: String) {
        var bytes = Array(Digest(sha256: Array(key.utf8)).bytes.prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        uuid = bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }

    /// Lowercase, as RFC 9562 writes UUIDs.
    public var description: String { uuid.uuidString.lowercased() }
}

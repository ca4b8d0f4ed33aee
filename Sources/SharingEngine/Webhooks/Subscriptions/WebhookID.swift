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

    /// Lowercase, as RFC 9562 writes UUIDs.
    public var description: String { uuid.uuidString.lowercased() }
}

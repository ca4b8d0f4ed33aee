/// What a message bears in its headers. Standard Webhooks 1.0, "Webhook headers".
public struct WebhookHeaders: Hashable, Sendable {
    /// The names of the headers, in lower case as HTTP/2 has them.
    public enum Name: String, CaseIterable, Sendable {
        case id = "webhook-id"
        case timestamp = "webhook-timestamp"
        case signature = "webhook-signature"
    }

    /// What the message is, the same at every attempt: receivers remember it to take no message twice.
    public let id: String
    /// When this attempt was made: seconds since the Unix epoch, in digits.
    public let timestamp: String
    /// Signatures, separated by spaces: `v1,` and base64 of each.
    public let signature: String

    public init(id: String, timestamp: String, signature: String) {
        self.id = id
        self.timestamp = timestamp
        self.signature = signature
    }

    /// Takes the headers of a request. Nil where one is missing.
    /// - Parameter value: looks up a header by its name, which is in lower case.
    public init?(_ value: (String) -> String?) {
        guard let id = value(Name.id.rawValue), let timestamp = value(Name.timestamp.rawValue),
            let signature = value(Name.signature.rawValue)
        else { return nil }
        self.init(id: id, timestamp: timestamp, signature: signature)
    }

    /// Name and value of each.
    public var fields: [(name: String, value: String)] {
        [(Name.id.rawValue, id), (Name.timestamp.rawValue, timestamp), (Name.signature.rawValue, signature)]
    }
}

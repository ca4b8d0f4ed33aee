import Canonical

/// What can happen to a webhook. No event holds a secret, nor more of the receiver's address than its origin: paths and queries
/// are where receivers put secrets of their own.
public enum WebhookEvent: Hashable, Sendable {
    case added(WebhookTerms)
    case removed
    /// A new secret signs from now on; the one before it signs too for so many seconds, 0 or more.
    case secretRotated(keepsOldFor: Int64)
    /// What waits or was given up is sent again, of one stream or of all; with a position, everything behind it.
    case replayed(stream: String?, after: Int64?)
    /// The receiver said that it is gone for good (410).
    case stopped
}

/// What is sent to whom.
public struct WebhookTerms: Hashable, Sendable {
    /// For whom the events are written. All are `internal` so far: they are sent as the log has them.
    public let audience: Audience
    /// Origin of the receiver's URL (RFC 6454, section 6.2), such as `https://hooks.example:8443`.
    public let receiver: String
    /// SHA-256 of the whole URL, by which somebody who knows it can tell that it is this one.
    public let urlDigest: Digest
    /// Types of event; empty for all that it may have.
    public let eventTypes: [String]
    /// Whether confidential types are among them: see `DomainEvent.confidentialTypes`.
    public let isConfidential: Bool
    /// It begins behind this position; nil: with what is recorded from then on.
    public let after: Int64?

    public init(
        audience: Audience, receiver: String, urlDigest: Digest, eventTypes: [String], isConfidential: Bool, after: Int64?
    ) {
        self.audience = audience
        self.receiver = receiver
        self.urlDigest = urlDigest
        self.eventTypes = eventTypes
        self.isConfidential = isConfidential
        self.after = after
    }
}

extension WebhookEvent {
    func write(to writer: inout CanonicalJSONWriter) {
        switch self {
        case .added(let terms):
            if let after = terms.after { writer.member("after", after) }
            writer.member("audience", terms.audience.rawValue)
            writer.member("confidential", terms.isConfidential)
            writer.member("eventTypes", terms.eventTypes)
            writer.member("receiver", terms.receiver)
            writer.member("urlDigest", terms.urlDigest.description)
        case .secretRotated(let seconds): writer.member("keepsOldForSeconds", seconds)
        case .replayed(let stream, let after):
            if let after { writer.member("after", after) }
            if let stream { writer.member("stream", stream) }
        case .removed, .stopped: break
        }
    }

    init(_ type: EventType, _ members: inout EventMembers) throws {
        switch type {
        case .webhookAdded:
            guard let digest = Digest(hex: try members.string("urlDigest")) else {
                throw EventDecodingError(.malformedData, "urlDigest is not a SHA-256 digest")
            }
            self = .added(
                WebhookTerms(
                    audience: try members.choice("audience"), receiver: try members.string("receiver"), urlDigest: digest,
                    eventTypes: try members.strings("eventTypes"), isConfidential: try members.flag("confidential"),
                    after: try members.optionalInteger("after")))
        case .webhookRemoved: self = .removed
        case .webhookSecretRotated: self = .secretRotated(keepsOldFor: try members.integer("keepsOldForSeconds"))
        case .webhookReplayed:
            self = .replayed(stream: try members.optionalString("stream"), after: try members.optionalInteger("after"))
        case .webhookStopped: self = .stopped
        default: throw EventDecodingError(.unknownType, "\(type.rawValue) is no event of a webhook")
        }
    }
}

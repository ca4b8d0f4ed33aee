import Canonical
import DeviceSharing
import PostgreSQL

/// A subscription: who is told of which events, and how far they have been looked at.
public struct Webhook: Hashable, Sendable {
    public enum State: String, Hashable, Sendable, CaseIterable {
        case active
        /// The receiver said that it is gone for good. A replay lets it begin again.
        case stopped
    }

    /// Of what waits and of what is parked, no more are counted: there can be a million, and each is read to be counted.
    public static let countLimit = 10_000

    public let id: WebhookID
    public let url: String
    /// Types of event; empty for all that it may be sent.
    public let eventTypes: [String]
    /// For whom the events are written.
    public let audience: Audience
    /// Whether it is sent confidential types of event, since an auditor made it: see `DomainEvent.confidentialTypes`.
    public let isConfidential: Bool
    /// It began behind this position. Of a webhook made before Schema/0018: where it was then.
    public let started: Position
    public let state: State
    /// The last event that has been looked at.
    public let position: Position
    public let createdAt: Timestamp
    public let createdBy: String
    /// Until when the secret before this one goes on signing too; nil where there is none.
    public let previousSecretUntil: Timestamp?
    /// Streams of which something is to be sent; `countLimit` stands for so many or more.
    public let waiting: Int
    /// Streams of which something was given up; `countLimit` stands for so many or more.
    public let parked: Int
}

/// What is still to be sent of one stream.
public struct PendingDelivery: Hashable, Sendable {
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// Due now or later.
        case waiting
        /// Given up, until somebody replays it.
        case parked
    }

    public let webhook: WebhookID
    public let stream: String
    /// The event to be sent next, and its type.
    public let position: Position
    public let eventType: String
    /// Whether that type is confidential.
    public var isConfidential: Bool { DomainEvent.confidentialTypes.contains(eventType) }
    /// The last event of the stream that waits.
    public let lastPosition: Position
    public let state: State
    /// Attempts to send that event.
    public let attempts: Int
    public let firstAttemptAt: Timestamp?
    public let attemptedAt: Timestamp?
    /// The next attempt; nil when parked.
    public let dueAt: Timestamp?
    public let parkedAt: Timestamp?
    /// HTTP status of the last answer.
    public let status: Int?
    /// What was wrong the last time: a code and a sentence.
    public let problem: String?
}

import Canonical

/// Anything that can happen.
public enum DomainEvent: Hashable, Sendable {
    case user(UserEvent)
    case device(DeviceEvent)
    case shareRequest(ShareRequestEvent)
    case policy(PolicyEvent)
    case archive(ArchiveEvent)
    case webhook(WebhookEvent)
    case clock(ClockEvent)
}

/// What can happen to a policy.
public enum PolicyEvent: Hashable, Sendable {
    /// From now on this text decides.
    case activated(name: String, version: String, digest: Digest, text: String)
}

/// An event that a decision wants to record.
public struct NewEvent: Hashable, Sendable {
    public let stream: StreamID
    public let event: DomainEvent

    public init(_ stream: StreamID, _ event: DomainEvent) {
        self.stream = stream
        self.event = event
    }

    static func user(_ id: UserID, _ event: UserEvent) -> NewEvent { NewEvent(.user(id), .user(event)) }
    static func device(_ id: DeviceID, _ event: DeviceEvent) -> NewEvent { NewEvent(.device(id), .device(event)) }
    static func shareRequest(_ id: ShareRequestID, _ event: ShareRequestEvent) -> NewEvent {
        NewEvent(.shareRequest(id), .shareRequest(event))
    }
}

/// An event in the log that this program cannot read.
public struct EventDecodingError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        case unknownType = "unknown-event-type"
        case unknownSchemaVersion = "unknown-schema-version"
        case malformedData = "malformed-event-data"
    }

    public let code: Code
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code.rawValue): \(message)" }
}

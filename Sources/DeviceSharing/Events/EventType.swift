import Canonical

/// The names of event types in the log: kebab-case, past tense, never reused for something else.
package enum EventType: String, CaseIterable, Sendable {
    case userRegistered = "user-registered"
    case entityChanged = "entity-changed"
    case identityRecorded = "identity-recorded"
    case identityErased = "identity-erased"
    case userClosed = "user-closed"
    case deviceAssigned = "device-assigned"
    case shareRequestOpened = "share-request-opened"
    case shareRequestClosed = "share-request-closed"
    case loginDeviceChanged = "login-device-changed"

    case deviceIssued = "device-issued"
    case deviceActivated = "device-activated"
    case deviceDeactivated = "device-deactivated"
    case deviceReportedLost = "device-reported-lost"
    case deviceShared = "device-shared"
    case deviceUnshared = "device-unshared"

    case shareRequestSubmitted = "share-request-submitted"
    case shareRequestHeld = "share-request-held"
    case shareRequestApproved = "share-request-approved"
    case shareRequestRejected = "share-request-rejected"
    case shareRequestWithdrawn = "share-request-withdrawn"
    case shareRequestExpired = "share-request-expired"
    case shareRequestEscalated = "share-request-escalated"
    case shareRequestClaimed = "share-request-claimed"
    case shareRequestReleased = "share-request-released"
    case shareRequestNoted = "share-request-noted"
    case shareRequestEndorsed = "share-request-endorsed"
    case sharingActivated = "sharing-activated"
    case sharingEnded = "sharing-ended"

    case policyActivated = "policy-activated"

    case eventsDetached = "events-detached"
    case eventsAttached = "events-attached"

    case webhookAdded = "webhook-added"
    case webhookRemoved = "webhook-removed"
    case webhookSecretRotated = "webhook-secret-rotated"
    case webhookReplayed = "webhook-replayed"
    case webhookStopped = "webhook-stopped"

    case clockRepaired = "clock-repaired"

    /// All types by the length of their names, which few of them share.
    private static let byLength: [[EventType]] = {
        let lengths = allCases.map(\.rawValue.utf8.count)
        return (0...(lengths.max() ?? 0)).map { length in allCases.filter { $0.rawValue.utf8.count == length } }
    }()

    /// The type of this name. Every event that is read asks, so it compares bytes and makes no `String`.
    package init?(utf8 name: UnsafeRawBufferPointer) {
        guard name.count < Self.byLength.count else { return nil }
        for type in Self.byLength[name.count] {
            var text = type.rawValue
            if text.withUTF8({ name.isSame(as: UnsafeRawBufferPointer($0)) }) {
                self = type
                return
            }
        }
        return nil
    }
}

extension DomainEvent {
    /// The names of all types, as the log has them.
    public static let types = EventType.allCases.map(\.rawValue)

    /// The names of the types that webhooks send only where an auditor made them: see `EventProperties.isConfidential`.
    public static let confidentialTypes = EventType.allCases.filter(\.properties.isConfidential).map(\.rawValue)

    var eventType: EventType {
        switch self {
        case .user(let event): event.eventType
        case .device(let event): event.eventType
        case .shareRequest(let event): event.eventType
        case .policy(.activated): .policyActivated
        case .archive(.detached): .eventsDetached
        case .archive(.attached): .eventsAttached
        case .webhook(let event): event.eventType
        case .clock(.repaired): .clockRepaired
        }
    }

    /// The type's name in the log.
    public var type: String { eventType.rawValue }
}

extension UserEvent {
    fileprivate var eventType: EventType {
        switch self {
        case .registered: .userRegistered
        case .entityChanged: .entityChanged
        case .identityRecorded: .identityRecorded
        case .identityErased: .identityErased
        case .closed: .userClosed
        case .deviceAssigned: .deviceAssigned
        case .shareRequestOpened: .shareRequestOpened
        case .shareRequestClosed: .shareRequestClosed
        case .loginDeviceChanged: .loginDeviceChanged
        }
    }
}

extension DeviceEvent {
    fileprivate var eventType: EventType {
        switch self {
        case .issued: .deviceIssued
        case .activated: .deviceActivated
        case .deactivated: .deviceDeactivated
        case .reportedLost: .deviceReportedLost
        case .shared: .deviceShared
        case .unshared: .deviceUnshared
        }
    }
}

extension ShareRequestEvent {
    fileprivate var eventType: EventType {
        switch self {
        case .submitted: .shareRequestSubmitted
        case .held: .shareRequestHeld
        case .approved: .shareRequestApproved
        case .rejected: .shareRequestRejected
        case .withdrawn: .shareRequestWithdrawn
        case .expired: .shareRequestExpired
        case .escalated: .shareRequestEscalated
        case .claimed: .shareRequestClaimed
        case .released: .shareRequestReleased
        case .noted: .shareRequestNoted
        case .endorsed: .shareRequestEndorsed
        case .activated: .sharingActivated
        case .ended: .sharingEnded
        }
    }
}

extension WebhookEvent {
    fileprivate var eventType: EventType {
        switch self {
        case .added: .webhookAdded
        case .removed: .webhookRemoved
        case .secretRotated: .webhookSecretRotated
        case .replayed: .webhookReplayed
        case .stopped: .webhookStopped
        }
    }
}

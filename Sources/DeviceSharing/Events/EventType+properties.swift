/// What kind of thing an event happens to.
package enum EventFamily: Hashable, Sendable {
    case user, device, shareRequest, policy, archive, webhook, clock
}

/// What is true of every event of a type.
package struct EventProperties: Sendable {
    /// What an event changes, beside the stream that it is in.
    package enum Effect: Sendable {
        /// A row of a read model can be another one after it.
        case readModels
        /// Decisions see something else after it, although no row of a read model changes.
        case facts
        case nothing
    }

    package let family: EventFamily
    package var effect = Effect.nothing
    /// Whether the events hold what officers think or do about a case, or the evidence that they decide on: notes, reasons,
    /// claims, decisions with the facts that they saw. A webhook sends such events only where an auditor made it.
    package var isConfidential = false
    /// Whether nothing can be decided on a request after such an event.
    package var endsRequest = false
}

extension EventType {
    /// The types after which a row of a read model can be another one, of what the events happen to.
    package static func changingRows(of family: EventFamily) -> [EventType] {
        allCases.filter { $0.properties.family == family && $0.properties.effect == .readModels }
    }

    /// The one table of event types: a new type has its line here.
    package var properties: EventProperties {
        switch self {
        case .userRegistered: EventProperties(family: .user, effect: .readModels)
        case .entityChanged: EventProperties(family: .user, effect: .readModels)
        case .identityRecorded: EventProperties(family: .user)
        case .identityErased: EventProperties(family: .user)
        case .userClosed: EventProperties(family: .user, effect: .readModels)
        case .deviceAssigned: EventProperties(family: .user, effect: .facts)
        case .shareRequestOpened: EventProperties(family: .user, effect: .facts)
        case .shareRequestClosed: EventProperties(family: .user, effect: .facts)
        case .loginDeviceChanged: EventProperties(family: .user, effect: .facts)

        case .deviceIssued: EventProperties(family: .device, effect: .readModels)
        case .deviceActivated: EventProperties(family: .device, effect: .readModels)
        case .deviceDeactivated: EventProperties(family: .device, effect: .readModels)
        case .deviceReportedLost: EventProperties(family: .device, effect: .readModels)
        case .deviceShared: EventProperties(family: .device, effect: .facts)
        case .deviceUnshared: EventProperties(family: .device, effect: .facts)

        case .shareRequestSubmitted: EventProperties(family: .shareRequest, effect: .readModels)
        case .shareRequestHeld: EventProperties(family: .shareRequest, effect: .readModels, isConfidential: true)
        case .shareRequestApproved: EventProperties(family: .shareRequest, effect: .readModels, isConfidential: true)
        case .shareRequestRejected:
            EventProperties(family: .shareRequest, effect: .readModels, isConfidential: true, endsRequest: true)
        case .shareRequestWithdrawn: EventProperties(family: .shareRequest, effect: .readModels, endsRequest: true)
        case .shareRequestExpired: EventProperties(family: .shareRequest, effect: .readModels, endsRequest: true)
        case .shareRequestEscalated: EventProperties(family: .shareRequest, effect: .readModels)
        case .shareRequestClaimed: EventProperties(family: .shareRequest, effect: .readModels, isConfidential: true)
        case .shareRequestReleased: EventProperties(family: .shareRequest, effect: .readModels, isConfidential: true)
        case .shareRequestNoted: EventProperties(family: .shareRequest, effect: .readModels, isConfidential: true)
        case .shareRequestEndorsed: EventProperties(family: .shareRequest, effect: .readModels, isConfidential: true)
        case .sharingActivated: EventProperties(family: .shareRequest, effect: .readModels)
        case .sharingEnded: EventProperties(family: .shareRequest, effect: .readModels, isConfidential: true, endsRequest: true)

        case .policyActivated: EventProperties(family: .policy)

        case .eventsDetached: EventProperties(family: .archive)
        case .eventsAttached: EventProperties(family: .archive)

        case .webhookAdded: EventProperties(family: .webhook)
        case .webhookRemoved: EventProperties(family: .webhook)
        case .webhookSecretRotated: EventProperties(family: .webhook)
        case .webhookReplayed: EventProperties(family: .webhook)
        case .webhookStopped: EventProperties(family: .webhook)

        case .clockRepaired: EventProperties(family: .clock)
        }
    }
}

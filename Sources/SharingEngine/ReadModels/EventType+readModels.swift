import DeviceSharing

extension EventType {
    /// Whether a row of a read model can be another one after such an event. Those that cannot are nearly half of a log.
    var changesReadModels: Bool {
        switch self {
        case .userRegistered, .entityChanged, .userClosed, .deviceIssued, .deviceActivated, .deviceDeactivated,
            .deviceReportedLost, .shareRequestSubmitted, .shareRequestHeld, .shareRequestApproved, .shareRequestRejected,
            .shareRequestWithdrawn, .shareRequestExpired, .shareRequestEscalated, .shareRequestClaimed,
            .shareRequestReleased, .shareRequestNoted, .shareRequestEndorsed, .sharingActivated, .sharingEnded:
            true
        case .identityRecorded, .identityErased, .deviceAssigned, .shareRequestOpened, .shareRequestClosed,
            .loginDeviceChanged, .deviceShared, .deviceUnshared, .policyActivated, .eventsDetached, .eventsAttached,
            .webhookAdded, .webhookRemoved, .webhookSecretRotated, .webhookReplayed, .webhookStopped:
            false
        }
    }

    /// Whether decisions see something else after such an event, although no row of a read model changes.
    var changesFacts: Bool {
        switch self {
        case .deviceAssigned, .shareRequestOpened, .shareRequestClosed, .loginDeviceChanged, .deviceShared, .deviceUnshared: true
        default: false
        }
    }
}

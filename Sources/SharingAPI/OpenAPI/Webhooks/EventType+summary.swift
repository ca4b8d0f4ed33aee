import DeviceSharing

extension EventType {
    /// What happened, in a sentence.
    var summary: String {
        switch self {
        case .userRegistered: "A user was registered."
        case .entityChanged: "A user belongs to another entity, or the entity is of another kind, from now on."
        case .identityRecorded: "Fingerprints of a user's identity data were put on file."
        case .identityErased: "The fingerprints of a user's identity data were erased."
        case .userClosed: "A user was closed for good."
        case .deviceAssigned: "A device was issued to a user."
        case .shareRequestOpened: "A user's request is pending from now on."
        case .shareRequestClosed: "A user's request is over: it was rejected, withdrawn, or it expired."
        case .loginDeviceChanged: "A user logs in with another's device from now on, or with its own again."
        case .deviceIssued: "A device was issued."
        case .deviceActivated: "A device was activated."
        case .deviceDeactivated: "A device was taken out of use."
        case .deviceReportedLost: "A device is in unknown hands, and out of use."
        case .deviceShared: "Another user logs in with a device from now on."
        case .deviceUnshared: "Another user logs in with a device no more."
        case .shareRequestSubmitted: "A share request was submitted."
        case .shareRequestHeld: "The policy holds a share request for compliance."
        case .shareRequestApproved: "A share request was approved."
        case .shareRequestRejected: "A share request was rejected."
        case .shareRequestWithdrawn: "A pending share request was withdrawn."
        case .shareRequestExpired: "A pending share request lapsed, since nobody decided on it."
        case .shareRequestEscalated: "A share request has been pending for as long as the policy lets it wait without notice."
        case .shareRequestClaimed: "A compliance officer works on a share request."
        case .shareRequestReleased: "A compliance officer lets go of a share request."
        case .shareRequestNoted: "A compliance officer wrote a note on a share request."
        case .shareRequestEndorsed: "A compliance officer gave the first of two approvals."
        case .sharingActivated: "A sharing begins: the requester logs in with the owner's device."
        case .sharingEnded: "A sharing is over."
        case .policyActivated: "A policy decides from now on."
        case .eventsDetached: "Data of finished requests may be in an archive alone from now on."
        case .eventsAttached: "The log has the data of an archive again."
        case .webhookAdded: "A webhook was added."
        case .webhookRemoved: "A webhook was removed."
        case .webhookSecretRotated: "A webhook's messages are signed with a new secret."
        case .webhookReplayed: "A webhook is sent again what was sent, or what waits."
        case .webhookStopped: "A webhook's receiver said that it is gone for good (410)."
        case .clockRepaired: "Events had a time that had not come; from here on the log has the time of the clock again."
        }
    }

    /// The name as programs have types: `ShareRequestApproved`.
    var typeName: String {
        rawValue.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}

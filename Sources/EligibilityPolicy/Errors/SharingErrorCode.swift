/// Every way in which a request about device sharing can fail, by a stable code: words joined by hyphens, none of which is spelt as
/// a ``PolicyReasonID``, which has a full stop.
///
/// The one home of a new code: add the case, its ``category``, its ``parameters``, and its
/// messages in `Sources/Phrases/Texts/messages.*.yaml`; the compiler and the loader ask for the rest.
public enum SharingErrorCode: String, CaseIterable, Hashable, Sendable {
    // What a policy may say of a request.
    case deviceSecurityLevelTooLow = "device-security-level-too-low"
    case identityMismatch = "identity-mismatch"
    case identityIncomplete = "identity-incomplete"
    case temporaryDeviceAssigned = "temporary-device-assigned"
    case deviceNotShareable = "device-not-shareable"
    case ownerConsentMissing = "owner-consent-missing"
    case ownerConsentStale = "owner-consent-stale"
    case organizationInvolved = "organization-involved"
    case twoPersonsInvolved = "two-persons-involved"
    case deviceWidelyShared = "device-widely-shared"
    case deviceRecentlyActivated = "device-recently-activated"
    case userRecentlyRegistered = "user-recently-registered"

    // What no policy can permit.
    case requesterIsOwner = "requester-is-owner"
    case notDeviceOwner = "not-device-owner"
    case deviceNotActive = "device-not-active"
    case userClosed = "user-closed"
    case alreadyShared = "already-shared"
    case sharingChain = "sharing-chain"

    /// What a client is told in place of a reason of an officer's own. No rule of a policy gives it.
    case complianceDecision = "compliance-decision"
    /// What a client is told where the policy lets it know none of the reasons. No rule of a policy gives it.
    case reasonNotDisclosed = "reason-not-disclosed"

    // What is not there.
    case userNotFound = "user-not-found"
    case deviceNotFound = "device-not-found"
    case requestNotFound = "request-not-found"
    case sharingNotFound = "sharing-not-found"

    // What the present state does not allow.
    case requestAlreadyOpen = "request-already-open"
    case deviceHeldByAnotherUser = "device-held-by-another-user"
    case directoryRecordDiffers = "directory-record-differs"
    case invalidTransition = "invalid-transition"
    case versionConflict = "version-conflict"
    case policyVersionReused = "policy-version-reused"
    case deviceKindInUse = "device-kind-in-use"
    case idempotencyKeyReused = "idempotency-key-reused"

    // What the caller got wrong.
    case invalidInput = "invalid-input"
    case invalidIdentityData = "invalid-identity-data"
    case reasonRequired = "reason-required"
    case unknownRejectionReason = "unknown-rejection-reason"
    case unknownConsentType = "unknown-consent-type"
    case policyInvalid = "policy-invalid"

    // What the caller may not do.
    case separationOfDuties = "separation-of-duties"
    case notPermitted = "not-permitted"
}

extension SharingErrorCode: CustomStringConvertible {
    public var description: String { rawValue }
}

extension SharingErrorCode {
    /// What kind of failure a code is: what a caller can do about it.
    public enum Category: String, CaseIterable, Hashable, Sendable {
        /// The request is understood and refused, or held, for what it asks.
        case eligibility
        case notFound = "not-found"
        /// The present state stands against it; it may succeed later or on fresh facts.
        case conflict
        case invalid
        case forbidden
    }

    public var category: Category {
        switch self {
        case .deviceSecurityLevelTooLow, .identityMismatch, .identityIncomplete, .temporaryDeviceAssigned,
            .deviceNotShareable, .ownerConsentMissing, .ownerConsentStale, .organizationInvolved, .twoPersonsInvolved,
            .deviceWidelyShared, .deviceRecentlyActivated, .userRecentlyRegistered,
            .requesterIsOwner, .notDeviceOwner, .deviceNotActive, .userClosed, .alreadyShared, .sharingChain,
            .complianceDecision, .reasonNotDisclosed:
            .eligibility
        case .userNotFound, .deviceNotFound, .requestNotFound, .sharingNotFound:
            .notFound
        case .requestAlreadyOpen, .deviceHeldByAnotherUser, .directoryRecordDiffers, .invalidTransition, .versionConflict,
            .policyVersionReused, .deviceKindInUse, .idempotencyKeyReused:
            .conflict
        case .invalidInput, .invalidIdentityData, .reasonRequired, .unknownRejectionReason, .unknownConsentType,
            .policyInvalid:
            .invalid
        case .separationOfDuties, .notPermitted:
            .forbidden
        }
    }
}

extension SharingErrorCode {
    /// The parameters that every error of this code carries, no more, and no fewer but for those that may be empty.
    public var parameters: [ErrorParameter] {
        switch self {
        case .deviceSecurityLevelTooLow:
            [
                .device,
                ErrorParameter("level", .integer, "security level of that device"),
                ErrorParameter("requiredLevel", .integer, "highest level among the physical devices involved"),
                ErrorParameter(
                    "recommendedDevice", .identifier, "device to share instead; empty where there is none", mayBeEmpty: true),
            ]
        case .identityMismatch:
            [
                ErrorParameter(
                    "attributes", .identityAttributes, "attributes that differ; not shown to portals", mayBeEmpty: true,
                    isConfidential: true)
            ]
        case .identityIncomplete:
            [
                ErrorParameter(
                    "attributes", .identityAttributes, "attributes that could not be compared; not shown to portals",
                    mayBeEmpty: true, isConfidential: true)
            ]
        case .temporaryDeviceAssigned:
            [.participant, ErrorParameter("device", .identifier, "the temporary device")]
        case .deviceNotShareable:
            [.device, ErrorParameter("kind", .deviceKind, "kind of that device")]
        case .ownerConsentMissing, .organizationInvolved, .twoPersonsInvolved, .reasonRequired, .complianceDecision,
            .reasonNotDisclosed:
            []
        case .ownerConsentStale:
            [
                ErrorParameter("givenAt", .moment, "when the owner consented"),
                ErrorParameter("maximumAgeMinutes", .integer, "for how many minutes a consent is good"),
            ]
        case .deviceWidelyShared:
            [.device, ErrorParameter("sharedWith", .integer, "how many other users log in with it now")]
        case .deviceRecentlyActivated:
            [
                .device,
                ErrorParameter("activatedAt", .moment, "when it was activated"),
                ErrorParameter("minimumDays", .integer, "for how many days it should have been active"),
            ]
        case .userRecentlyRegistered:
            [
                .participant, .user,
                ErrorParameter("registeredAt", .moment, "when the user was registered"),
                ErrorParameter("minimumDays", .integer, "for how many days the user should have been registered"),
            ]
        case .requesterIsOwner, .userNotFound, .userClosed:
            [.user]
        case .notDeviceOwner, .alreadyShared, .sharingChain:
            [.user, .device]
        case .deviceNotActive:
            [.device, ErrorParameter("state", .state, "state that the device is in")]
        case .deviceNotFound:
            [.device]
        case .requestNotFound, .sharingNotFound:
            [.request]
        case .requestAlreadyOpen:
            [.user, .request]
        case .deviceHeldByAnotherUser:
            [.device, ErrorParameter("holder", .identifier, "user who holds the device")]
        case .directoryRecordDiffers:
            [
                ErrorParameter("subject", .identifier, "user or device that the record is about"),
                ErrorParameter("field", .identifier, "member that differs"),
                ErrorParameter("recorded", .text, "what is on file"),
            ]
        case .invalidTransition:
            [
                ErrorParameter("from", .state, "state that it is in"),
                ErrorParameter("attempted", .action, "what was attempted"),
                ErrorParameter(
                    "claimedBy", .identifier, "officer who works on it; only there where that is in the way", mayBeEmpty: true,
                    isConfidential: true),
                ErrorParameter(
                    "claimedUntil", .moment, "until when that officer does; only there with the officer", mayBeEmpty: true,
                    isConfidential: true),
            ]
        case .deviceKindInUse:
            [
                ErrorParameter("kinds", .texts, "kinds that the policy leaves out"),
                ErrorParameter("devices", .integer, "how many devices of these kinds there are that are not lost"),
            ]
        case .policyVersionReused:
            [ErrorParameter("version", .text, "version of the policy")]
        case .versionConflict:
            [
                ErrorParameter("stream", .identifier, "what changed"),
                ErrorParameter("expected", .integer, "version that the caller had seen"),
                ErrorParameter("actual", .integer, "version that it has now"),
            ]
        case .idempotencyKeyReused:
            [ErrorParameter("key", .identifier, "the idempotency key")]
        case .invalidInput:
            [
                ErrorParameter("field", .identifier, "field that is wrong"),
                ErrorParameter("problem", .text, "what is wrong with it"),
            ]
        case .invalidIdentityData:
            [
                ErrorParameter("attribute", .identityAttribute, "attribute that is wrong"),
                ErrorParameter("problem", .text, "what is wrong with it, without the value"),
            ]
        case .unknownRejectionReason:
            [
                ErrorParameter("reason", .identifier, "reason that was given"),
                ErrorParameter("known", .texts, "reasons that the policy has"),
            ]
        case .unknownConsentType:
            [
                ErrorParameter("type", .identifier, "type of consent that was given"),
                ErrorParameter("known", .texts, "types that there are"),
            ]
        case .policyInvalid:
            [ErrorParameter("problems", .texts, "what is wrong with the policy, each with file, line and column")]
        case .separationOfDuties:
            [ErrorParameter("officer", .identifier, "officer who may not decide")]
        case .notPermitted:
            [
                ErrorParameter("role", .identifier, "role of the caller"),
                ErrorParameter("attempted", .action, "what was attempted"),
            ]
        }
    }
}

extension ErrorParameter {
    fileprivate static let device = ErrorParameter("device", .identifier, "device asked for")
    fileprivate static let user = ErrorParameter("user", .identifier, "user concerned")
    fileprivate static let request = ErrorParameter("request", .identifier, "share request concerned")
    fileprivate static let participant = ErrorParameter(
        "participant", .participant, "which participant: requester or owner")
}

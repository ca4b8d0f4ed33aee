import Canonical
import EligibilityPolicy

/// Why a command was refused, or a request rejected: a stable code and its parameters. Messages in each language are in
/// `Sources/Phrases/Texts/messages.*.yaml`.
public struct SharingError: Error, Hashable, Sendable {
    public let code: SharingErrorCode
    public let parameters: ErrorParameters

    public init(_ code: SharingErrorCode, _ parameters: ErrorParameters = .none) {
        self.code = code
        self.parameters = parameters
    }
}

extension SharingError: CustomStringConvertible {
    public var description: String { parameters.isEmpty ? code.rawValue : "\(code.rawValue) (\(parameters))" }
}

// MARK: - One factory a code, with its parameters as types

extension SharingError {
    public static func requesterIsOwner(_ user: UserID) -> SharingError {
        SharingError(.requesterIsOwner, ["user": .string(user.rawValue)])
    }
    public static func userNotFound(_ user: UserID) -> SharingError {
        SharingError(.userNotFound, ["user": .string(user.rawValue)])
    }
    public static func userClosed(_ user: UserID) -> SharingError {
        SharingError(.userClosed, ["user": .string(user.rawValue)])
    }
    public static func deviceNotFound(_ device: DeviceID) -> SharingError {
        SharingError(.deviceNotFound, ["device": .string(device.rawValue)])
    }
    public static func notDeviceOwner(_ user: UserID, device: DeviceID) -> SharingError {
        SharingError(.notDeviceOwner, ["user": .string(user.rawValue), "device": .string(device.rawValue)])
    }
    public static func deviceNotActive(_ device: DeviceID, state: String) -> SharingError {
        SharingError(.deviceNotActive, ["device": .string(device.rawValue), "state": .string(state)])
    }
    public static func deviceHeldByAnotherUser(_ device: DeviceID, holder: UserID) -> SharingError {
        SharingError(
            .deviceHeldByAnotherUser, ["device": .string(device.rawValue), "holder": .string(holder.rawValue)])
    }
    public static func directoryRecordDiffers(_ subject: StreamID, field: String, recorded: String) -> SharingError {
        SharingError(
            .directoryRecordDiffers,
            ["subject": .string(subject.name), "field": .string(field), "recorded": .string(recorded)])
    }
    public static func alreadyShared(_ user: UserID, device: DeviceID) -> SharingError {
        SharingError(.alreadyShared, ["user": .string(user.rawValue), "device": .string(device.rawValue)])
    }
    public static func sharingChain(_ user: UserID, device: DeviceID) -> SharingError {
        SharingError(.sharingChain, ["user": .string(user.rawValue), "device": .string(device.rawValue)])
    }
    /// What a client is told in place of an officer's own reason.
    public static let complianceDecision = SharingError(.complianceDecision)
    /// What a client is told where the policy lets it know none of the reasons.
    public static let reasonNotDisclosed = SharingError(.reasonNotDisclosed)
    public static func requestAlreadyOpen(_ user: UserID, request: ShareRequestID) -> SharingError {
        SharingError(.requestAlreadyOpen, ["user": .string(user.rawValue), "request": .string(request.description)])
    }
    public static func requestNotFound(_ request: ShareRequestID) -> SharingError {
        SharingError(.requestNotFound, ["request": .string(request.description)])
    }
    public static func sharingNotFound(_ request: ShareRequestID) -> SharingError {
        SharingError(.sharingNotFound, ["request": .string(request.description)])
    }
    public static func invalidTransition(from state: String, attempted: String) -> SharingError {
        SharingError(.invalidTransition, ["from": .string(state), "attempted": .string(attempted)])
    }
    /// For officers alone: portals do not learn who works on a request.
    public static func invalidTransition(against claim: ShareRequest.Claim, attempted: String) -> SharingError {
        SharingError(
            .invalidTransition,
            [
                "from": .string(ShareRequest.claimed), "attempted": .string(attempted), "claimedBy": .string(claim.officer),
                "claimedUntil": .string(claim.until.description),
            ])
    }
    public static let reasonRequired = SharingError(.reasonRequired)
    public static func unknownRejectionReason(_ reason: String, known: [String]) -> SharingError {
        SharingError(.unknownRejectionReason, ["reason": .string(reason), "known": .strings(known)])
    }
    public static func unknownConsentType(_ type: String, known: [String]) -> SharingError {
        SharingError(.unknownConsentType, ["type": .string(type), "known": .strings(known)])
    }
    public static func separationOfDuties(officer: String) -> SharingError {
        SharingError(.separationOfDuties, ["officer": .string(officer)])
    }
    public static func notPermitted(role: Role, attempted: String) -> SharingError {
        SharingError(.notPermitted, ["role": .string(role.rawValue), "attempted": .string(attempted)])
    }
    public static func versionConflict(stream: StreamID, expected: Int, actual: Int) -> SharingError {
        SharingError(
            .versionConflict, ["stream": .string(stream.name), "expected": .integer(expected), "actual": .integer(actual)])
    }
    public static func idempotencyKeyReused(_ key: String) -> SharingError {
        SharingError(.idempotencyKeyReused, ["key": .string(key)])
    }
    public static func invalidInput(field: String, problem: String) -> SharingError {
        SharingError(.invalidInput, ["field": .string(field), "problem": .string(problem)])
    }
    /// Never with the value: it is personal data.
    public static func invalidIdentityData(_ attribute: IdentityAttribute, problem: String) -> SharingError {
        SharingError(
            .invalidIdentityData, ["attribute": .string(attribute.rawValue), "problem": .string(problem)])
    }
    public static func policyInvalid(problems: [String]) -> SharingError {
        SharingError(.policyInvalid, ["problems": .strings(problems)])
    }
    /// - Parameter devices: how many there are of the kinds that a policy leaves out.
    public static func deviceKindInUse(_ kinds: [DeviceKindID], devices: Int) -> SharingError {
        SharingError(.deviceKindInUse, ["kinds": .strings(kinds.map(\.rawValue)), "devices": .integer(devices)])
    }

    public static func policyVersionReused(_ version: String) -> SharingError {
        SharingError(.policyVersionReused, ["version": .string(version)])
    }
}

extension StatedReason {
    /// What no policy could permit, as the reason for which it was not.
    public init(_ error: SharingError) { self.init(.builtIn(error.code), error.parameters) }
}

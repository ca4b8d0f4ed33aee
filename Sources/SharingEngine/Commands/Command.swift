import Canonical
import DeviceSharing
import EligibilityPolicy

/// Everything that the engine can be asked to do.
public enum Command: Hashable, Sendable {
    case submit(SubmitShareRequest)
    case approve(ShareRequestID, note: String?)
    /// The reason is one of the policy's list.
    case reject(ShareRequestID, reason: String?, note: String?)
    case withdraw(ShareRequestID, note: String?)
    case claim(ShareRequestID)
    /// Goes on with a claim that is in force; refused where it is not.
    case renewClaim(ShareRequestID)
    case release(ShareRequestID)
    case note(ShareRequestID, text: String)
    /// Ends a pending request whose time is up; nothing where it is not.
    case expire(ShareRequestID)
    /// Escalates a pending request that has waited for too long; nothing where it has not.
    case escalate(ShareRequestID)
    /// An end that the owner wants needs the owner's consent, given since the sharing began.
    case endSharing(ShareRequestID, reason: EndReason, consent: OwnerConsent? = nil, note: String?)
    case recordUser(RecordUser)
    case recordIdentity(UserID, IdentityFingerprints)
    case eraseIdentity(UserID)
    case closeUser(UserID)
    case recordDevice(RecordDevice)
    case deactivateDevice(DeviceID, reason: String)
    case reportDeviceLost(DeviceID)
    case activatePolicy(PolicyActivation)
    /// Permits that data of finished requests in a run leave the log, since an evidence file with this digest holds the run.
    /// `EventArchive` verifies the file first.
    case detachEvents(file: Digest, Archive.Run)
    /// Ends what `detachEvents` permits.
    case attachEvents(file: Digest)
}

extension Command {
    /// The command's name, as the API, the command line and `not-permitted` have it.
    public var name: String { kind.name }

    /// The one table of commands: a new command has its line here.
    var kind: CommandKind {
        switch self {
        case .submit: CommandKind("submit", .portal, decidesByPolicy: true)
        case .approve: CommandKind("approve", .officer, decidesByPolicy: true)
        case .reject: CommandKind("reject", .officer)
        case .withdraw: CommandKind("withdraw", .portal)
        case .claim: CommandKind("claim", .officer)
        case .renewClaim: CommandKind("renew", .officer)
        case .release: CommandKind("release", .officer)
        case .note: CommandKind("note", .officer)
        case .expire: CommandKind("expire", .engine)
        case .escalate: CommandKind("escalate", .engine)
        case .endSharing(_, let reason, _, _):
            switch reason {
            case .stoppedByRequester, .stoppedByOwner: CommandKind("end-sharing", .portal)
            case .stoppedByCompliance: CommandKind("end-sharing", .officer)
            case .deviceDeactivated, .deviceLost, .participantClosed: CommandKind("end-sharing", .engine)
            }
        case .recordUser: CommandKind("record-user", .directory)
        case .recordIdentity: CommandKind("record-identity", .directory)
        case .eraseIdentity: CommandKind("erase-identity", .directory)
        case .closeUser: CommandKind("close-user", .directory)
        case .recordDevice: CommandKind("record-device", .directory)
        case .deactivateDevice: CommandKind("deactivate-device", .directory)
        case .reportDeviceLost: CommandKind("report-device-lost", .directory)
        case .activatePolicy: CommandKind("activate-policy", .operator)
        case .detachEvents: CommandKind("detach-events", .operator)
        case .attachEvents: CommandKind("attach-events", .operator)
        }
    }

    /// What the command is about: where its answer can be read.
    var subject: StreamID {
        switch self {
        case .submit(let command): .shareRequest(command.request)
        case .approve(let request, _), .reject(let request, _, _), .withdraw(let request, _), .claim(let request),
            .renewClaim(let request), .release(let request), .note(let request, _), .expire(let request), .escalate(let request),
            .endSharing(let request, _, _, _):
            .shareRequest(request)
        case .recordUser(let command): .user(command.user)
        case .recordIdentity(let user, _), .eraseIdentity(let user), .closeUser(let user): .user(user)
        case .recordDevice(let command): .device(command.device)
        case .deactivateDevice(let device, _), .reportDeviceLost(let device): .device(device)
        case .activatePolicy(let activation): .policy(activation.name)
        case .detachEvents(let file, _), .attachEvents(let file): .archive(file)
        }
    }

    /// The streams that it will certainly read; more may turn out to be needed.
    var streams: [StreamID] {
        switch self {
        case .submit(let command): [.user(command.requester), .user(command.owner), .device(command.device)]
        case .recordDevice(let command): [.device(command.device), .user(command.holder)]
        case .approve, .reject, .withdraw, .claim, .renewClaim, .release, .note, .expire, .escalate, .endSharing, .recordUser,
            .recordIdentity, .eraseIdentity, .closeUser, .deactivateDevice, .reportDeviceLost, .activatePolicy, .detachEvents,
            .attachEvents:
            [subject]
        }
    }
}

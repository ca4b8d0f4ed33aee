import Canonical
import DeviceSharing
import EligibilityPolicy

/// What an event of a request says of another stream, or of its own: that it was so when the event was decided. Verification
/// holds it against the state that the log gives at that position.
struct FactClaim: Hashable, Sendable {
    /// Of the event that says so.
    let position: Position
    let recordedAt: Timestamp
    let subject: Subject

    enum Subject: Hashable, Sendable {
        case user(UserClaim)
        case device(DeviceClaim)
        case request(RequestClaim)
    }

    /// What a decision says of a user that takes part.
    struct UserClaim: Hashable, Sendable {
        let part: Part
        let request: ShareRequestID
        /// Whether it was decided as the request was submitted.
        let isSubmission: Bool
        let entity: String
        let entityKind: String
        /// Empty where it is not known.
        let person: String
        let adult: String
        let registeredAt: Timestamp
        let decidedAt: Timestamp
        /// The user's devices in force, and no others.
        let devices: [String]
    }

    /// What a decision says of a device.
    struct DeviceClaim: Hashable, Sendable {
        let part: Part
        let holder: String
        /// Kind and activation, where the device is among its holder's devices in force.
        let listed: Listed?
        /// How many others log in with it, where it is the one that is asked for.
        let sharedWith: Int64?
        let decidedAt: Timestamp

        struct Listed: Hashable, Sendable {
            let kind: String
            let activatedAt: Timestamp
        }
    }

    /// What an event says of the request that it is about.
    struct RequestClaim: Hashable, Sendable {
        let deed: Deed
        /// Who acted; nil where the metadata do not say.
        let actor: String?
        /// What a decision saw; nil where there was none.
        let facts: Facts?

        struct Facts: Hashable, Sendable {
            let requester: String
            let owner: String
            let device: String
            let submittedAt: Timestamp
            let decidedAt: Timestamp
            let consent: Consent?
            /// The requester's session in canonical JSON, and so the inputs; empty where there are none.
            let session: String
            let inputs: String
        }

        struct Consent: Hashable, Sendable {
            let method: String
            let givenAt: Timestamp
            let reference: String
        }
    }

    /// Which user of a request.
    enum Part: UInt8, Hashable, Sendable {
        case requester
        case owner

        var name: String {
            switch self {
            case .requester: "requester"
            case .owner: "owner"
            }
        }
    }
}

/// What an event of a request did, as far as others must have gone before it.
struct Deed: Hashable, Sendable {
    enum Kind: UInt8, Hashable, Sendable {
        case held
        case approvedByPolicy
        case approvedByOfficer
        /// By the policy, at submission or as an officer approved.
        case rejectedByPolicy
        case rejectedByOfficer
        case endorsed
        case claimed
        case released
        case noted
    }

    let kind: Kind
    /// The officer that the event itself names.
    var officer: String?
    /// End of a claim.
    var until: Timestamp?
    /// What the policy decided.
    var outcome: Outcome?
    /// Officers who must approve, by the decision.
    var approvals: Int64 = 0
}

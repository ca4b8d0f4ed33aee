import Canonical
import DeviceSharing
import HTTPEdge
import NIOCore
import SharingEngine

/// A line of an import that has the shape of one.
enum ImportRow: Sendable {
    /// A user, and what is kept of the user's identity.
    case user(UserID, CheckedBody, IdentityFingerprints?)
    case device(DeviceID, CheckedBody)
    case deactivation(DeviceID, reason: String)
    case loss(DeviceID)
    case closing(UserID)

    /// In which order lines are taken, wherever they are.
    enum Stage: CaseIterable, Sendable {
        case users
        case devices
        /// Last, so that a device may be recorded whose holder is closed by a line before.
        case closings
    }

    var stage: Stage {
        switch self {
        case .user: .users
        case .device, .deactivation, .loss: .devices
        case .closing: .closings
        }
    }

    /// What it is about.
    var subject: StreamID {
        switch self {
        case .user(let id, _, _), .closing(let id): .user(id)
        case .device(let id, _), .deactivation(let id, _), .loss(let id): .device(id)
        }
    }

    /// Throws `body-too-large`, `body-malformed`, `request-invalid`, `identity-key-missing` and `invalid-identity-data`.
    init(_ line: ByteBufferView, limits: ServerLimits, identityKey: FingerprintKey?) throws {
        guard line.count <= limits.importLine else { throw ProblemDetails(.bodyTooLarge) }
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: Array(line), limits: JSONLimits(depth: limits.nesting, size: limits.importLine))
        } catch {
            throw ProblemDetails(.bodyMalformed, errors: [FieldProblem(.pointer(""), .refused("\(error)"))])
        }
        switch value["type"]?.stringValue {
        case "user":
            let body = try CheckedBody(value, .importedUser)
            let identity = try body.object("identity").map { identity throws in
                guard let key = identityKey else { throw ProblemDetails(.identityKeyMissing) }
                return key.fingerprints(of: try IdentityData(identity))
            }
            self = .user(try body.identifier("id"), body, identity)
        case "device":
            let body = try CheckedBody(value, .importedDevice)
            self = .device(try body.identifier("id"), body)
        case "user-closed":
            self = .closing(try CheckedBody(value, .importedClosing).identifier("id"))
        case "device-deactivated":
            let body = try CheckedBody(value, .importedDeactivation)
            self = .deactivation(try body.identifier("id"), reason: try body.text("reason"))
        case "device-lost":
            self = .loss(try CheckedBody(value, .importedLoss).identifier("id"))
        default:
            let types = ObjectSchema.importedLines.compactMap(\.lineType)
            throw ProblemDetails(.requestInvalid, errors: [FieldProblem(.pointer("/type"), .misshapen(.choice(types)))])
        }
    }
}

extension ObjectSchema {
    /// The only text that `type` may be.
    var lineType: String? {
        guard case .string(.choice(let choices)) = members.first(where: { $0.name == "type" })?.schema else { return nil }
        return choices.first
    }
}

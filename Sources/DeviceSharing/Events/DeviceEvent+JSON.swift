import Canonical
import EligibilityPolicy

extension DeviceEvent {
    func write(to writer: inout CanonicalJSONWriter) {
        switch self {
        case .issued(let device, let holder, let kind, let expiresAt):
            writer.member("device", device.rawValue)
            if let expiresAt { writer.member("expiresAt", expiresAt) }
            writer.member("holder", holder.rawValue)
            writer.member("kind", kind.rawValue)
        case .activated(let device, let activatedAt):
            writer.member("activatedAt", activatedAt)
            writer.member("device", device.rawValue)
        case .deactivated(let device, let reason):
            writer.member("device", device.rawValue)
            writer.member("reason", reason)
        case .reportedLost(let device):
            writer.member("device", device.rawValue)
        case .shared(let device, let request, let user), .unshared(let device, let request, let user):
            writer.member("device", device.rawValue)
            writer.member("request", request.description)
            writer.member("with", user.rawValue)
        }
    }

    init(_ type: EventType, _ members: inout EventMembers) throws {
        let device: DeviceID = try members.identifier("device")
        switch type {
        case .deviceIssued:
            self = .issued(
                device: device, holder: try members.identifier("holder"),
                kind: DeviceKindID(rawValue: try members.string("kind")), expiresAt: try members.optionalTimestamp("expiresAt"))
        case .deviceActivated: self = .activated(device: device, activatedAt: try members.timestamp("activatedAt"))
        case .deviceDeactivated: self = .deactivated(device: device, reason: try members.string("reason"))
        case .deviceReportedLost: self = .reportedLost(device: device)
        case .deviceShared:
            self = .shared(device: device, request: try members.request("request"), with: try members.identifier("with"))
        case .deviceUnshared:
            self = .unshared(device: device, request: try members.request("request"), with: try members.identifier("with"))
        default: throw EventDecodingError(.unknownType, "\(type.rawValue) is no event of a device")
        }
    }
}

extension PolicyEvent {
    func write(to writer: inout CanonicalJSONWriter) {
        switch self {
        case .activated(let name, let version, let digest, let text):
            writer.member("digest", digest.description)
            writer.member("name", name)
            writer.member("text", text)
            writer.member("version", version)
        }
    }

    init(_ members: inout EventMembers) throws {
        guard let digest = Digest(hex: try members.string("digest")) else {
            throw EventDecodingError(.malformedData, "digest is not a SHA-256 digest")
        }
        self = .activated(
            name: try members.string("name"), version: try members.string("version"), digest: digest,
            text: try members.string("text"))
    }
}

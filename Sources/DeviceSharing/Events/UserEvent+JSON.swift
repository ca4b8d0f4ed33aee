import Canonical
import EligibilityPolicy

extension UserEvent {
    func write(to writer: inout CanonicalJSONWriter) {
        switch self {
        case .registered(let user, let entity, let kind, let person, let adult, let registeredAt):
            if adult != .unknown { writer.member("adult", adult.rawValue) }
            writer.member("entity", entity.rawValue)
            writer.member("entityKind", kind.rawValue)
            if let person { writer.member("person", person.rawValue) }
            writer.member("registeredAt", registeredAt)
            writer.member("user", user.rawValue)
        case .entityChanged(let user, let entity, let kind, let person, let adult):
            if adult != .unknown { writer.member("adult", adult.rawValue) }
            writer.member("entity", entity.rawValue)
            writer.member("entityKind", kind.rawValue)
            if let person { writer.member("person", person.rawValue) }
            writer.member("user", user.rawValue)
        case .identityRecorded(let user, let keyID, let attributes):
            writer.member("attributes", attributes.map(\.rawValue))
            writer.member("keyID", keyID)
            writer.member("user", user.rawValue)
        case .identityErased(let user), .closed(let user):
            writer.member("user", user.rawValue)
        case .deviceAssigned(let user, let device):
            writer.member("device", device.rawValue)
            writer.member("user", user.rawValue)
        case .shareRequestOpened(let user, let request):
            writer.member("request", request.description)
            writer.member("user", user.rawValue)
        case .shareRequestClosed(let user, let request, let isRejected):
            if isRejected { writer.member("rejected", true) }
            writer.member("request", request.description)
            writer.member("user", user.rawValue)
        case .loginDeviceChanged(let user, let device, let sharing, let superseded):
            if let device { writer.member("device", device.rawValue) }
            if let sharing { writer.member("sharing", sharing.description) }
            writer.member("superseded", superseded.map(\.rawValue))
            writer.member("user", user.rawValue)
        }
    }

    init(_ type: EventType, _ members: inout EventMembers) throws {
        let user: UserID = try members.identifier("user")
        switch type {
        case .userRegistered:
            self = .registered(
                user: user, entity: try members.identifier("entity"), entityKind: try members.choice("entityKind"),
                person: try members.optionalIdentifier("person"), adult: try members.optionalChoice("adult") ?? .unknown,
                registeredAt: try members.timestamp("registeredAt"))
        case .entityChanged:
            self = .entityChanged(
                user: user, entity: try members.identifier("entity"), entityKind: try members.choice("entityKind"),
                person: try members.optionalIdentifier("person"), adult: try members.optionalChoice("adult") ?? .unknown)
        case .identityRecorded:
            self = .identityRecorded(
                user: user, keyID: try members.string("keyID"),
                attributes: try members.choices("attributes"))
        case .identityErased: self = .identityErased(user: user)
        case .userClosed: self = .closed(user: user)
        case .deviceAssigned: self = .deviceAssigned(user: user, device: try members.identifier("device"))
        case .shareRequestOpened: self = .shareRequestOpened(user: user, request: try members.request("request"))
        case .shareRequestClosed:
            self = .shareRequestClosed(
                user: user, request: try members.request("request"), isRejected: try members.optionalFlag("rejected") ?? false)
        case .loginDeviceChanged:
            self = .loginDeviceChanged(
                user: user, device: try members.optionalIdentifier("device"),
                sharing: try members.optionalRequest("sharing"),
                superseded: try members.strings("superseded").map(DeviceID.init(trusted:)))
        default: throw EventDecodingError(.unknownType, "\(type.rawValue) is no event of a user")
        }
    }
}

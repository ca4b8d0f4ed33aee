import Canonical
import SharingEngine

extension UserRecord {
    /// As the API has it.
    var json: JSONObject {
        .of([
            ("id", .string(id.rawValue)), ("entity", .string(entity.rawValue)), ("entityKind", .string(entityKind.rawValue)),
            ("registeredAt", .string(registeredAt.description)), ("status", .string(status.rawValue)),
        ])
    }
}

extension DeviceRecord {
    /// As the API has it.
    var json: JSONObject {
        .of([
            ("id", .string(id.rawValue)), ("holder", .string(holder.rawValue)), ("kind", .string(kind.rawValue)),
            ("status", .string(status.rawValue)), ("activatedAt", activatedAt.map { .string($0.description) }),
            ("expiresAt", expiresAt.map { .string($0.description) }),
        ])
    }
}

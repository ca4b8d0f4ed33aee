import Canonical
import DeviceSharing
import EligibilityPolicy
import HTTPEdge
import SharingEngine

extension ObjectSchema {
    static let userEntry = ObjectSchema(
        "UserEntry", "A user's own record, as lists have it: without identity, devices, requests and sharings.",
        [
            .required("id", .string(.identifier), "The login name."),
            .required("entity", .string(.identifier), "The person or organisation that it belongs to."),
            .required("entityKind", .string(.choice(EntityKind.allCases.map(\.rawValue))), "individual or organization."),
            .required("registeredAt", .string(.moment), "When the broker registered it."),
            .required("status", .string(.choice(["open", "closed"])), "closed for good, or open."),
        ])

    static let deviceEntry = ObjectSchema(
        "DeviceEntry", "A device's own record, as lists have it: without sharings.",
        [
            .required("id", .string(.identifier), "The broker's identifier."),
            .required("holder", .string(.identifier), "The user it was issued to."),
            .required("kind", .string(.text(1...100)), "Its kind."),
            .required("status", .string(.choice(DeviceRecord.Status.allCases.map(\.rawValue))), "Where it stands."),
            .optional("activatedAt", .string(.moment), "Since when it is active."),
            .optional("expiresAt", .string(.moment), "End of a temporary device."),
        ])

    private static let asOf = Member.required(
        "asOf", .string(.logPoint),
        "The point of the log that the list is of, once its last page was read: changes behind it are had by updatedSince.")

    static func directoryPage(_ name: String, of item: ObjectSchema) -> ObjectSchema {
        ObjectSchema(
            name, "A page of the directory.",
            [
                .required("items", .array(.object(item), limit: SharingEngine.maximumDirectoryPage), "The records, in order."),
                .optional(
                    "next", .string(.printable(1...DirectoryCursor.maximumTextLength)),
                    "The `after` of the next page; absent on the last one. A page may be empty and yet not the last."),
                asOf,
            ])
    }
}

/// A record that lists of the API have.
protocol ListedRecord: DirectoryRecord {
    var representation: JSONObject { get }
}

extension UserRecord: ListedRecord {
    var representation: JSONObject {
        .of([
            ("id", .string(id.rawValue)), ("entity", .string(entity.rawValue)), ("entityKind", .string(entityKind.rawValue)),
            ("registeredAt", JSONValue(registeredAt)), ("status", .string(status.rawValue)),
        ])
    }
}

extension DeviceRecord: ListedRecord {
    var representation: JSONObject {
        .of([
            ("id", .string(id.rawValue)), ("holder", .string(holder.rawValue)), ("kind", .string(kind.rawValue)),
            ("status", .string(status.rawValue)), ("activatedAt", activatedAt.map { JSONValue($0) }),
            ("expiresAt", expiresAt.map { JSONValue($0) }),
        ])
    }
}

import Canonical
import DeviceSharing
import EligibilityPolicy
import HTTPEdge

extension ObjectSchema {
    static let userRecord = ObjectSchema(
        "UserRecord", "What the directory says of a user.",
        [
            .required("entity", .string(.identifier), "The person or organisation that the login name belongs to."),
            .required(
                "entityKind", .string(.choice(EntityKind.allCases.map(\.rawValue))), "individual or organization."),
            .optional(
                "person", .string(.identifier),
                "Who uses the login: one id for all logins of one person. Where it is absent, what is on file stays."),
            .optional(
                "adult", .string(.choice(Adulthood.allCases.map(\.rawValue))),
                "Whether that person is of age. Where it is absent, what is on file stays."),
            .required(
                "registeredAt", .string(.moment),
                "When the broker registered the login name; never changes."),
        ])

    static let identityRecord = ObjectSchema(
        "IdentityRecord",
        "What is known of a person's identity. It is never stored: only a keyed fingerprint of each attribute is.",
        [
            .optional(
                "dateOfBirth", .string(.text(1...64)),
                "As YYYY-MM-DD. 1969-12-31 and 1970-01-01, which systems fill in, count as not known."),
            .optional(
                "citizenship", .string(.text(1...64)), "ISO 3166-1, or ICAO Doc 9303 such as XXA. Several as DE/TR, at most 8."),
            .optional(
                "citizenships", .array(.string(.text(1...64)), limit: Citizenship.most), "Several citizenships, one each."),
            .optional("residence", .string(.text(1...64)), "Country of legal residence, ISO 3166-1."),
            .optional("document", .object(identityDocument), "The identity document."),
            .optional(
                "documents", .array(.object(identityDocument), limit: IdentityData.maximumDocuments),
                "Several identity documents."),
            .optional("socialSecurityNumber", .string(.text(1...64)), "Of US citizens and residents: nine digits."),
        ])

    private static let identityDocument = ObjectSchema(
        "IdentityDocument", "An identity document. Documents of different types or countries are not compared.",
        [
            .required("type", .string(.text(1...200)), "Such as passport."),
            .required("number", .string(.text(1...200)), "Its number."),
            .optional("issuingCountry", .string(.text(1...64)), "ISO 3166-1 or ICAO Doc 9303."),
        ])

    static let identity = ObjectSchema(
        "Identity", "Which identity attributes are on file, not what they are.",
        [
            .required("keyId", .string(.text(1...64)), "Which key made the fingerprints."),
            .required(
                "attributes", .array(.string(.choice(IdentityAttribute.allCases.map(\.rawValue))), limit: 10),
                "The attributes on file."),
        ])

    static let user = ObjectSchema(
        "User", "A login name.",
        [
            .required("id", .string(.identifier), "The login name."),
            .required("entity", .string(.identifier), "The person or organisation that it belongs to."),
            .required(
                "entityKind", .string(.choice(EntityKind.allCases.map(\.rawValue))), "individual or organization."),
            .optional("person", .string(.identifier), "Who uses it, where that is known."),
            .required("adult", .string(.choice(Adulthood.allCases.map(\.rawValue))), "Whether that person is of age."),
            .required("registeredAt", .string(.moment), "When the broker registered it."),
            .required("status", .string(.choice(["open", "closed"])), "closed for good, or open."),
            .required(
                "devices", .array(.string(.identifier), limit: 100_000), "Devices issued to the user, in that order."),
            .optional("identity", .object(.identity), "What is on file of the identity."),
            .optional("openRequest", .string(.uuid), "The user's pending request."),
            .optional("loginSharing", .string(.uuid), "The sharing by which the user logs in with another's device."),
            .optional("loginDevice", .string(.identifier), "That device."),
        ])

    static let deviceRecord = ObjectSchema(
        "DeviceRecord", "What the directory says of a device.",
        [
            .required("holder", .string(.identifier), "The user it was issued to; never changes."),
            .required("kind", .string(.text(1...100)), "Its kind, as in the policy's device catalogue; never changes."),
            .optional("activatedAt", .string(.moment), "When it was activated; absent while it is only issued."),
            .optional("expiresAt", .string(.moment), "End of a temporary device; later than activatedAt."),
        ])

    static let device = ObjectSchema(
        "Device", "A security device.",
        [
            .required("id", .string(.identifier), "The broker's identifier."),
            .required("holder", .string(.identifier), "The user it was issued to."),
            .required("kind", .string(.text(1...100)), "Its kind."),
            .required("status", .string(.choice(["issued", "active", "deactivated", "lost"])), "Where it stands."),
            .optional("activatedAt", .string(.moment), "Since when it is active."),
            .optional("expiresAt", .string(.moment), "End of a temporary device."),
            .optional("deactivationReason", .string(.text(1...200)), "Why it was deactivated."),
            .required(
                "sharings",
                .array(
                    .object(
                        ObjectSchema(
                            "DeviceUse", "That another user logs in with the device.",
                            [
                                .required("sharing", .string(.uuid), "The sharing."),
                                .required("user", .string(.identifier), "The user."),
                            ])), limit: 100_000), "Who else logs in with it."),
        ])
}

extension User {
    var representation: JSONValue {
        .members([
            "id": .string(id.rawValue), "entity": .string(entity.rawValue), "entityKind": .string(entityKind.rawValue),
            "person": person.map { .string($0.rawValue) }, "adult": .string(adult.rawValue),
            "registeredAt": JSONValue(registeredAt), "status": .string(status.rawValue),
            "devices": JSONValue(devices.map(\.rawValue)),
            "identity": identity.map {
                ["keyId": .string($0.keyID), "attributes": JSONValue($0.attributes.map(\.rawValue))]
            },
            "openRequest": openRequest.map { .string($0.description) },
            "loginSharing": loginSharing.map { .string($0.request.description) },
            "loginDevice": loginSharing.map { .string($0.device.rawValue) },
        ])
    }
}

extension Device {
    var representation: JSONValue {
        var reason: String?
        if case .deactivated(let given) = status { reason = given }
        return .members([
            "id": .string(id.rawValue), "holder": .string(holder.rawValue), "kind": .string(kind.rawValue),
            "status": .string(status.name), "activatedAt": activatedAt.map { JSONValue($0) },
            "expiresAt": expiresAt.map { JSONValue($0) }, "deactivationReason": reason.map { .string($0) },
            "sharings": .array(
                sharings.map { ["sharing": .string($0.request.description), "user": .string($0.user.rawValue)] }),
        ])
    }
}

extension CheckedBody {
    /// A UserRecord.
    func userRecord(of user: UserID) throws(FieldProblem) -> RecordUser {
        RecordUser(
            user: user, entity: try identifier("entity"), entityKind: try choice("entityKind"),
            person: optionalText("person").flatMap(PersonID.init),
            adult: optionalText("adult").flatMap(Adulthood.init(rawValue:)),
            registeredAt: try moment("registeredAt"))
    }
}

import Canonical
import DeviceSharing
import HTTPEdge

extension TaggedSchema {
    /// A consent as requests have it. Senders of before leave the type out.
    static let consent = TaggedSchema(
        "OwnerConsent",
        "That the owner agreed: `type` says how that is proved, and so what else there is. More types will come; these stay.",
        tag: "type", [(ConsentType.asserted.rawValue, .assertedConsent)], unlessTold: ConsentType.asserted.rawValue)
}

extension ObjectSchema {
    fileprivate static let assertedConsent = ObjectSchema(
        "AssertedConsent", "A consent on the word of the portal, which obtained it and keeps the evidence.",
        [
            .required("type", .string(.choice([ConsentType.asserted.rawValue])), "asserted."),
            .required("method", .string(.printable(1...64)), "How, such as credentials-and-device-challenge."),
            .required("givenAt", .string(.moment), "When."),
            .required("reference", .string(.printable(1...200)), "Where the portal keeps the evidence."),
        ])

    /// A consent as answers have it. Of types to come it may lack what an asserted one has.
    static let recordedConsent = ObjectSchema(
        "RecordedConsent", "That the owner agreed.",
        [
            .required(
                "type", .string(.choice(ConsentType.allCases.map(\.rawValue))),
                "How it is proved; asserted: on the word of the portal."),
            .required("givenAt", .string(.moment), "When."),
            .optional("method", .string(.printable(1...64)), "How; always there where the type is asserted."),
            .optional(
                "reference", .string(.printable(1...200)),
                "Where the portal keeps the evidence; always there where the type is asserted."),
        ])
}

extension OwnerConsent {
    var representation: JSONValue {
        [
            "type": .string(type.rawValue), "method": .string(method), "givenAt": JSONValue(givenAt),
            "reference": .string(reference),
        ]
    }
}

extension CheckedBody {
    /// The owner's consent; nil where there is none. Throws `invalid-input`, and `unknown-consent-type` for a type that this
    /// version does not know, whatever else is in it.
    func consent() throws -> OwnerConsent? {
        guard let consent = object("consent") else { return nil }
        let type = try consent.optionalText("type").map { name throws(SharingError) in try ConsentType(named: name) }
        switch type ?? .asserted {
        case .asserted:
            return try OwnerConsent(
                method: consent.text("method"), givenAt: consent.moment("givenAt"), reference: consent.text("reference"))
        }
    }
}

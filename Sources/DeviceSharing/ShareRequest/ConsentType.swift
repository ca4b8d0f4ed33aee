import EligibilityPolicy

/// How an owner's consent is proved: the tag of a consent, in requests, in answers and in the log.
///
/// Each type has members of its own. A new type is a new case here, an alternative of `TaggedSchema.consent` in the API, and
/// nothing to those who send the types of before.
public enum ConsentType: String, Hashable, Sendable, CaseIterable {
    /// On the portal's word: the portal obtained the consent, and keeps the evidence.
    case asserted

    /// The type of that name. Throws `unknown-consent-type`, which names the known ones.
    public init(named name: String) throws(SharingError) {
        guard let type = ConsentType(rawValue: name) else {
            throw .unknownConsentType(name, known: Self.allCases.map(\.rawValue))
        }
        self = type
    }
}

import EligibilityPolicy

/// Keyed fingerprints of a user's identity data: equal data under one key have equal fingerprints, and nothing else can be
/// learned from them without the key.
public struct IdentityFingerprints: Hashable, Sendable {
    public let keyID: String
    /// Citizen or resident of the United States.
    public let isUSPerson: Bool
    /// 32 bytes each, where there is one of it; see ``FingerprintList`` for several citizenships and ``DocumentFingerprint`` for
    /// documents. Attributes that are not known are not there.
    package let values: [IdentityAttribute: [UInt8]]

    package init(keyID: String, isUSPerson: Bool, values: [IdentityAttribute: [UInt8]]) {
        self.keyID = keyID
        self.isUSPerson = isUSPerson
        self.values = values
    }

    /// What is known, in a fixed order.
    public var attributes: [IdentityAttribute] { IdentityAttribute.allCases.filter { values[$0] != nil } }

    /// What comparing gave, and what kept it from giving more.
    public struct Comparison: Hashable, Sendable {
        public let facts: IdentityFacts
        public let warning: Warning?
    }

    /// Why data that both sides have could not be compared.
    public enum Warning: Hashable, Sendable, CustomStringConvertible {
        case differentKeys(String, String)

        public var description: String {
            switch self {
            case .differentKeys(let first, let second):
                "identity fingerprints were made under different keys (\(first), \(second)) and cannot be compared: "
                    + "record the identity again under one key"
            }
        }
    }

    /// Compares attribute by attribute. What either side lacks is missing; so is everything under different keys, and what can
    /// differ in one person: documents that cannot be compared, and citizenships where nothing else says that there are two people.
    public static func compare(_ first: IdentityFingerprints?, _ second: IdentityFingerprints?) -> Comparison {
        guard let first, let second else { return Comparison(facts: .missing, warning: nil) }
        guard first.keyID == second.keyID else {
            return Comparison(facts: .missing, warning: .differentKeys(first.keyID, second.keyID))
        }
        var facts = IdentityFacts.missing
        for attribute in IdentityAttribute.allCases {
            guard let left = first.values[attribute], let right = second.values[attribute] else { continue }
            facts[attribute] = compare(left, right, attribute)
        }
        if facts.citizenship == .mismatch, first.mayBeOnePerson(with: second, facts) { facts.citizenship = .missing }
        facts.usPerson =
            switch (first.knownUSPerson, second.knownUSPerson) {
            case (false, _), (_, false): false
            case (true, true): true
            default: nil
            }
        return Comparison(facts: facts, warning: nil)
    }

    private static func compare(_ left: [UInt8], _ right: [UInt8], _ attribute: IdentityAttribute) -> IdentityComparison {
        switch attribute {
        case .dateOfBirth, .residence, .socialSecurityNumber: left == right ? .match : .mismatch
        case .citizenship:
            // One citizenship in common is enough: either side may have named one alone.
            FingerprintList(bytes: left).fingerprints.isDisjoint(with: FingerprintList(bytes: right).fingerprints)
                ? .mismatch : .match
        case .document: DocumentFingerprint.compare(DocumentFingerprint.read(left), DocumentFingerprint.read(right))
        }
    }

    /// Whether somebody with two citizenships could have given one at each login: both were born on one day, and what tells
    /// people apart is known of both and does not differ.
    private func mayBeOnePerson(with other: IdentityFingerprints, _ facts: IdentityFacts) -> Bool {
        func bothHave(_ attribute: IdentityAttribute) -> Bool { values[attribute] != nil && other.values[attribute] != nil }
        let isToldApart = [facts.document, facts.socialSecurityNumber].contains(.mismatch)
        return facts.dateOfBirth == .match && !isToldApart && (bothHave(.document) || bothHave(.socialSecurityNumber))
    }

    /// Nil where neither citizenship nor residence is known to be American, but one of them is not known.
    private var knownUSPerson: Bool? {
        if isUSPerson { return true }
        return values[.citizenship] != nil && values[.residence] != nil ? false : nil
    }
}

/// Says what is known and under which key, never the fingerprints: whoever gets hold of the key could test guesses on them.
extension IdentityFingerprints: CustomStringConvertible, CustomReflectable {
    public var description: String {
        "fingerprints of \(attributes.map(\.rawValue).joined(separator: ", ")) under key \(keyID)"
    }

    public var customMirror: Mirror { Mirror(self, children: ["keyID": keyID, "attributes": attributes]) }
}

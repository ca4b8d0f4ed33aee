/// An item of identity data that two entities may have in common.
public enum IdentityAttribute: String, CaseIterable, Hashable, Sendable {
    case dateOfBirth = "date-of-birth"
    case citizenship
    case residence = "country-of-legal-residence"
    case document = "identity-document"
    case socialSecurityNumber = "social-security-number"
}

/// What comparing one attribute of the two participants gave.
public enum IdentityComparison: String, CaseIterable, Hashable, Sendable {
    case match
    case mismatch
    /// At least one side has no value, or the two values cannot be compared.
    case missing
}

/// The two participants' identity data compared, attribute by attribute; never the data.
public struct IdentityFacts: Hashable, Sendable {
    public var dateOfBirth: IdentityComparison
    public var citizenship: IdentityComparison
    public var residence: IdentityComparison
    public var document: IdentityComparison
    public var socialSecurityNumber: IdentityComparison
    /// Whether both are US citizens or residents; nil where that is not known.
    public var usPerson: Bool?
    /// Whether documents that differ settle nothing while a social security number could still show one person. Facts that were
    /// recorded before it was so have it false: a decision made again must come out as it did.
    public var numberMayHelp: Bool

    public init(
        dateOfBirth: IdentityComparison, citizenship: IdentityComparison, residence: IdentityComparison,
        document: IdentityComparison, socialSecurityNumber: IdentityComparison, usPerson: Bool?, numberMayHelp: Bool = true
    ) {
        self.dateOfBirth = dateOfBirth
        self.citizenship = citizenship
        self.residence = residence
        self.document = document
        self.socialSecurityNumber = socialSecurityNumber
        self.usPerson = usPerson
        self.numberMayHelp = numberMayHelp
    }

    /// Nothing is known of either side.
    public static let missing = IdentityFacts(
        dateOfBirth: .missing, citizenship: .missing, residence: .missing,
        document: .missing, socialSecurityNumber: .missing, usPerson: nil)

    public subscript(attribute: IdentityAttribute) -> IdentityComparison {
        get {
            switch attribute {
            case .dateOfBirth: dateOfBirth
            case .citizenship: citizenship
            case .residence: residence
            case .document: document
            case .socialSecurityNumber: socialSecurityNumber
            }
        }
        set {
            switch attribute {
            case .dateOfBirth: dateOfBirth = newValue
            case .citizenship: citizenship = newValue
            case .residence: residence = newValue
            case .document: document = newValue
            case .socialSecurityNumber: socialSecurityNumber = newValue
            }
        }
    }
}

// MARK: - The rule of identical identity data

extension IdentityFacts {
    /// The attribute that tells persons apart: the identity document, or for US citizens and
    /// residents the social security number where it can be compared (or where neither can).
    public var decisiveAttribute: IdentityAttribute {
        guard usPerson == true else { return .document }
        return socialSecurityNumber == .missing && document != .missing ? .document : .socialSecurityNumber
    }

    /// What telling the two apart by the ``decisiveAttribute`` comes to. Documents that differ settle nothing while a social
    /// security number that is still missing, or still has to prove to count, could show one person.
    private var decisive: IdentityComparison {
        guard numberMayHelp, self[decisiveAttribute] == .mismatch, decisiveAttribute == .document, usPerson != false else {
            return self[decisiveAttribute]
        }
        return usPerson == nil && socialSecurityNumber == .mismatch ? .mismatch : .missing
    }

    /// Whether the identity data are identical: date of birth, citizenship, country of legal
    /// residence and the ``decisiveAttribute`` all match.
    public var isIdentical: Bool {
        dateOfBirth == .match && citizenship == .match && residence == .match && decisive == .match
    }

    /// Whether an attribute that must match differs, so that nothing still missing could help.
    public var contradicts: Bool {
        dateOfBirth == .mismatch || citizenship == .mismatch || residence == .mismatch || decisive == .mismatch
    }

    /// Those of the attributes that must match whose comparison gave `comparison`, in a fixed order.
    public func requiredAttributes(comparedAs comparison: IdentityComparison) -> [IdentityAttribute] {
        let compared = [
            (IdentityAttribute.dateOfBirth, dateOfBirth), (.citizenship, citizenship), (.residence, residence),
            (needsNumber ? .socialSecurityNumber : decisiveAttribute, decisive),
        ]
        return compared.filter { $0.1 == comparison }.map(\.0)
    }

    /// The number could still settle what the documents do not.
    private var needsNumber: Bool { decisive == .missing && document == .mismatch }
}

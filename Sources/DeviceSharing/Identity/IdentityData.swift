import Canonical
import EligibilityPolicy

/// Identity data as the portal sends it, on its way to fingerprints. It is never stored, printed or part of an error: its
/// descriptions and its mirror are empty.
///
/// What says nothing about a person is refused, or counts as not known: stand-ins, damage that spreadsheets do, dates on which
/// nobody alive was born. Two people who have it in common must not pass for one.
public struct IdentityData: Sendable {
    let dateOfBirth: String?
    /// Each once, in alphabetical order.
    let citizenships: [String]
    let residence: String?
    /// Each once.
    let documents: [NormalDocument]
    let socialSecurityNumber: String?

    /// Takes what is known; nil is not known. Throws `invalid-identity-data`, which names the attribute and not the value.
    ///
    /// - Parameters:
    ///   - dateOfBirth: ISO 8601, `1980-02-29`, of the Gregorian calendar. 1969-12-31 and 1970-01-01 count as not known.
    ///   - citizenships: ISO 3166-1 alpha-2 or alpha-3, or ICAO Doc 9303; a text may hold several, as `DE/TR`. 8 at most.
    ///   - residence: country of legal residence, ISO 3166-1 alpha-2 or alpha-3.
    ///   - documents: identity documents, at most 8.
    ///   - socialSecurityNumber: nine digits, with or without separators.
    ///   - now: when the data were given: nobody is born later.
    public init(
        dateOfBirth: String? = nil, citizenships: [String], residence: String? = nil, documents: [IdentityDocument] = [],
        socialSecurityNumber: String? = nil, at now: Timestamp = .now
    ) throws(SharingError) {
        self.dateOfBirth = if let dateOfBirth { try BirthDate.read(dateOfBirth, at: now) } else { nil }
        self.citizenships = try Citizenship.read(citizenships)
        self.residence = if let residence { try Self.country(residence) } else { nil }
        guard documents.count <= Self.maximumDocuments else {
            throw .invalidIdentityData(.document, problem: "must be at most \(Self.maximumDocuments) documents")
        }
        var normal: [NormalDocument] = []
        for document in documents {
            let document = try NormalDocument(document)
            if !normal.contains(document) { normal.append(document) }
        }
        self.documents = normal
        self.socialSecurityNumber =
            if let socialSecurityNumber { try SocialSecurityNumber.read(socialSecurityNumber) } else { nil }
    }

    /// Of somebody with one document at most.
    public init(
        dateOfBirth: String? = nil, citizenship: String? = nil, residence: String? = nil,
        document: (type: String, number: String)? = nil, socialSecurityNumber: String? = nil, at now: Timestamp = .now
    ) throws(SharingError) {
        try self.init(
            dateOfBirth: dateOfBirth, citizenships: citizenship.map { [$0] } ?? [], residence: residence,
            documents: document.map { [IdentityDocument(type: $0.type, number: $0.number)] } ?? [],
            socialSecurityNumber: socialSecurityNumber, at: now)
    }

    /// Citizen or resident of the United States.
    var isUSPerson: Bool { citizenships.contains(Country.unitedStates) || residence == Country.unitedStates }

    /// Documents of one person, at most.
    package static let maximumDocuments = 8

    private static func country(_ text: String) throws(SharingError) -> String {
        guard let country = Country(try IdentityText.unified(text, .residence)) else {
            throw .invalidIdentityData(.residence, problem: "must be an ISO 3166-1 country code")
        }
        return country.alpha2
    }
}

extension IdentityData: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "(identity data)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

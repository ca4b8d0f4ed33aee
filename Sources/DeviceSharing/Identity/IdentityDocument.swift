/// An identity document as the portal sends it, on its way to fingerprints. Never stored or printed.
public struct IdentityDocument: Sendable {
    /// Such as `passport`.
    public let type: String
    public let number: String
    /// By ISO 3166-1 or ICAO Doc 9303; nil where it is not known. Documents of different countries are never compared.
    public let issuingCountry: String?

    public init(type: String, number: String, issuingCountry: String? = nil) {
        self.type = type
        self.number = number
        self.issuingCountry = issuingCountry
    }
}

extension IdentityDocument: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "(identity document)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// An identity document in the form in which it is compared.
struct NormalDocument: Hashable, Sendable {
    let type: String
    let number: String
    let issuer: String?

    /// Throws `invalid-identity-data`.
    init(_ document: IdentityDocument) throws(SharingError) {
        type = try DocumentText.type(document.type)
        number = try DocumentText.number(document.number)
        issuer = if let country = document.issuingCountry { try IssuingAuthority.read(country) } else { nil }
    }

    /// Type and number as one text; a zero byte keeps them apart.
    var text: String { "\(type)\u{0}\(number)" }
}

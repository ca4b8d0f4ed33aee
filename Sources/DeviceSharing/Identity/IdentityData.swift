import Canonical
import EligibilityPolicy
import Foundation

/// Identity data as the portal sends it, on its way to fingerprints. It is never stored, printed or part of an error: its
/// descriptions and its mirror are empty.
public struct IdentityData: Sendable {
    var values: [IdentityAttribute: String] = [:]
    var isUSPerson = false

    /// Takes what is known; nil is not known. Throws `invalid-identity-data`, which names the attribute and not the value.
    ///
    /// - Parameters:
    ///   - dateOfBirth: ISO 8601, `1980-02-29`.
    ///   - citizenship: ISO 3166-1 alpha-2 or alpha-3.
    ///   - residence: country of legal residence, ISO 3166-1 alpha-2 or alpha-3.
    ///   - document: type and number of the identity document.
    ///   - socialSecurityNumber: nine digits, with or without separators.
    public init(
        dateOfBirth: String? = nil, citizenship: String? = nil, residence: String? = nil,
        document: (type: String, number: String)? = nil, socialSecurityNumber: String? = nil
    ) throws(SharingError) {
        if let dateOfBirth { values[.dateOfBirth] = try Self.date(dateOfBirth) }
        if let citizenship { values[.citizenship] = try Self.country(citizenship, .citizenship) }
        if let residence { values[.residence] = try Self.country(residence, .residence) }
        if let document {
            let type = try Self.compact(document.type, .document)
            values[.document] = try "\(type)\u{0}\(Self.compact(document.number, .document))"
        }
        if let socialSecurityNumber {
            values[.socialSecurityNumber] = try SocialSecurityNumber.normalized(socialSecurityNumber)
        }
        isUSPerson = [values[.citizenship], values[.residence]].contains(Country.unitedStates)
    }

    private static func date(_ text: String) throws(SharingError) -> String {
        let date = try unified(text, .dateOfBirth)
        let parts = date.split(separator: "-", omittingEmptySubsequences: false)
        guard date.utf8.count == 10, date.utf8.allSatisfy({ $0 == 0x2D || (0x30...0x39).contains($0) }), parts.count == 3,
            parts[0].utf8.count == 4, parts[1].utf8.count == 2, let year = Int64(parts[0]), let month = Int64(parts[1]),
            let day = Int64(parts[2]), year >= 1800, CivilDate(year: year, month: month, day: day) != nil
        else { throw .invalidIdentityData(.dateOfBirth, problem: "must be a date that exists, as YYYY-MM-DD") }
        return date
    }

    private static func country(_ text: String, _ attribute: IdentityAttribute) throws(SharingError) -> String {
        guard let country = Country(try unified(text, attribute)) else {
            throw .invalidIdentityData(attribute, problem: "must be an ISO 3166-1 country code")
        }
        return country.alpha2
    }

    /// Capital letters, and nothing but letters and digits.
    private static func compact(_ text: String, _ attribute: IdentityAttribute) throws(SharingError) -> String {
        let capitals = try unified(text, attribute).uppercased().precomposedStringWithCompatibilityMapping
        let kept = capitals.unicodeScalars.filter { $0.properties.isAlphabetic || $0.properties.numericType != nil }
        // Once more: what separators kept apart may compose.
        let compact = String(String.UnicodeScalarView(kept)).precomposedStringWithCompatibilityMapping
        guard (1...longestNumber).contains(compact.unicodeScalars.count) else {
            throw .invalidIdentityData(attribute, problem: "must have 1 to \(longestNumber) letters and digits")
        }
        return compact
    }

    /// Without white space around it, in NFKC (Unicode Standard Annex 15), so that full-width letters and digits are plain ones.
    static func unified(_ text: String, _ attribute: IdentityAttribute) throws(SharingError) -> String {
        guard text.utf8.count <= longestText else {
            throw .invalidIdentityData(attribute, problem: "must have at most \(longestText) bytes")
        }
        return text.precomposedStringWithCompatibilityMapping.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Bytes of an attribute as it is given, at most.
    static let longestText = 1_000
    /// Letters and digits of a document's type or number, at most.
    static let longestNumber = 100
}

extension IdentityData: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "(identity data)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// US social security numbers (SSA, "Social Security Number Randomization"): areas 000, 666 and 900–999, group 00 and serial
/// 0000 are never issued, and a few numbers became worthless by advertisement.
enum SocialSecurityNumber {
    static func normalized(_ text: String) throws(SharingError) -> String {
        let digits = try IdentityData.unified(text, .socialSecurityNumber).unicodeScalars.filter {
            $0.properties.generalCategory != .dashPunctuation && $0 != " "
        }
        guard digits.count == 9, digits.allSatisfy({ ("0"..."9").contains($0) }) else {
            throw .invalidIdentityData(.socialSecurityNumber, problem: "must have nine digits")
        }
        let number = String(String.UnicodeScalarView(digits))
        let area = number.prefix(3)
        let isNeverIssued =
            area == "000" || area == "666" || area.hasPrefix("9") || number.dropFirst(3).prefix(2) == "00"
            || number.suffix(4) == "0000" || number == "078051120" || number == "219099999"
        guard !isNeverIssued else {
            throw .invalidIdentityData(.socialSecurityNumber, problem: "is of a range that is never issued")
        }
        return number
    }
}

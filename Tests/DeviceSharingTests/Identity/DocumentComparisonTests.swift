import Canonical
import EligibilityPolicy
import Testing

@testable import DeviceSharing

@Suite("Fingerprints of documents and citizenships are compared as one person may have several")
struct DocumentComparisonTests {
    private static let secret = [UInt8](repeating: 3, count: 32)

    private func fingerprints(
        _ documents: [(String, String, String?)], _ citizenships: [String] = ["DE"], born: String = "1980-02-29"
    ) throws -> IdentityFingerprints {
        try FingerprintKey(id: "k", secret: Self.secret).fingerprints(
            of: IdentityData(
                dateOfBirth: born, citizenships: citizenships, residence: "DE",
                documents: documents.map { IdentityDocument(type: $0.0, number: $0.1, issuingCountry: $0.2) }))
    }

    /// As they were made before types and countries had fingerprints of their own.
    private func before(_ fingerprints: IdentityFingerprints) throws -> IdentityFingerprints {
        var values = fingerprints.values
        values[.document] = values[.document].map { Array($0.prefix(32)) }
        return IdentityFingerprints(keyID: fingerprints.keyID, isUSPerson: fingerprints.isUSPerson, values: values)
    }

    private func compare(_ first: IdentityFingerprints, _ second: IdentityFingerprints) -> IdentityFacts {
        let facts = IdentityFingerprints.compare(first, second).facts
        #expect(IdentityFingerprints.compare(second, first).facts == facts, "in either order")
        return facts
    }

    @Test("documents of one type match or differ, and those of different types say nothing about each other")
    func types() throws {
        let passport = try fingerprints([("passport", "C01X00T47", nil)])
        #expect(compare(passport, try fingerprints([("Passport", "c01x 00t47", nil)])).document == .match)
        #expect(compare(passport, try fingerprints([("passport", "C01X00T48", nil)])).document == .mismatch)
        #expect(compare(passport, try fingerprints([("hkid", "A123456(3)", nil)])).document == .missing)
        #expect(compare(passport, try fingerprints([("hkid", "C01X00T47", nil)])).document == .missing)
        #expect(compare(passport, try fingerprints([])).document == .missing)
    }

    @Test("documents of different countries say nothing about each other, where both countries are known")
    func countries() throws {
        let german = try fingerprints([("passport", "C01X00T47", "DE")])
        #expect(compare(german, try fingerprints([("passport", "C01X00T47", "D")])).document == .match)
        #expect(compare(german, try fingerprints([("passport", "C01X00T47", nil)])).document == .match)
        #expect(compare(german, try fingerprints([("passport", "U12345678", nil)])).document == .mismatch)
        #expect(compare(german, try fingerprints([("passport", "U12345678", "TR")])).document == .missing)
        #expect(compare(german, try fingerprints([("passport", "C01X00T47", "TR")])).document == .missing)
    }

    @Test("a document in common is a match, unless two others differ that can be compared")
    func several() throws {
        let both = try fingerprints([("passport", "C01X00T47", "DE"), ("id", "L22000129", "DE")])
        #expect(compare(both, try fingerprints([("id", "L22000129", nil)])).document == .match)
        #expect(compare(both, both).document == .match)
        #expect(compare(both, try fingerprints([("id", "L22000120", nil)])).document == .mismatch)
        #expect(compare(both, try fingerprints([("driving-licence", "B072RRE2I55", nil)])).document == .missing)
        let renewed = try fingerprints([("passport", "C01X00T99", "DE"), ("passport", "C01X00T47", "DE")])
        #expect(compare(both, renewed).document == .match, "one has the passport of before, too")
        let other = try fingerprints([("passport", "C01X00T99", "DE"), ("id", "L22000129", "DE")])
        #expect(compare(both, other).document == .missing, "an officer decides")
    }

    @Test("fingerprints of before compare as before with each other, and show no other person beside new ones")
    func formerOnes() throws {
        let (new, other) = (
            try fingerprints([("passport", "C01X00T47", nil)]), try fingerprints([("passport", "C01X00T48", nil)])
        )
        let (old, oldOther) = (try before(new), try before(other))
        #expect(old.values[.document]?.count == 32)
        #expect(compare(old, old).document == .match)
        #expect(compare(old, oldOther).document == .mismatch)
        #expect(compare(old, new).document == .match)
        #expect(compare(old, other).document == .missing, "the type is not known of one")
    }

    @Test("one citizenship in common is enough")
    func citizenships() throws {
        let document = [("passport", "C01X00T47", String?.none)]
        let both = try fingerprints(document, ["DE", "TR"])
        #expect(compare(both, try fingerprints(document, ["TR"])).citizenship == .match)
        #expect(compare(both, both).isIdentical)
        #expect(try fingerprints(document, ["TR/DE"]) == both)
    }

    @Test("citizenships that differ do not show two people where the birth and the document are of one")
    func otherCitizenship() throws {
        let document = [("passport", "C01X00T47", String?.none)]
        let german = try fingerprints(document, ["DE"])
        let facts = compare(german, try fingerprints(document, ["TR"]))
        #expect(facts.citizenship == .missing && !facts.isIdentical && !facts.contradicts)
        #expect(facts.requiredAttributes(comparedAs: .missing) == [.citizenship])
        // Passports of the two countries.
        #expect(
            !compare(
                try fingerprints([("passport", "C01X00T47", "DE")], ["DE"]),
                try fingerprints([("passport", "U12345678", "TR")], ["TR"])
            ).contradicts)
        #expect(compare(german, try fingerprints(document, ["TR"], born: "1980-03-01")).citizenship == .mismatch)
        #expect(compare(german, try fingerprints([("passport", "C01X00T48", nil)], ["TR"])).citizenship == .mismatch)
        #expect(compare(german, try fingerprints([], ["TR"])).citizenship == .mismatch)
    }

    @Test("stateless people are compared as such")
    func stateless() throws {
        let document = [("passport", "C01X00T47", String?.none)]
        #expect(compare(try fingerprints(document, ["XXA"]), try fingerprints(document, ["XXA"])).isIdentical)
        #expect(compare(try fingerprints(document, ["XXX"]), try fingerprints(document, ["XXX"])).citizenship == .missing)
    }
}

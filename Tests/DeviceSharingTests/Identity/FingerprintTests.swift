import Canonical
import EligibilityPolicy
import Testing

@testable import DeviceSharing

@Suite("Fingerprints of identity data")
struct FingerprintTests {
    private static let secret = (0..<32).map { UInt8($0) }

    private func data() throws -> IdentityData {
        try IdentityData(
            dateOfBirth: "1980-02-29", citizenship: "HKG", residence: "us", document: ("passport", "k-1234567"),
            socialSecurityNumber: "123-45-6780")
    }

    @Test("are HMAC-SHA-256 over the attribute's name, a zero byte and the value (computed by another program)")
    func vectors() throws {
        let fingerprints = try FingerprintKey(id: "2026-a", secret: Self.secret).fingerprints(of: data())
        #expect(fingerprints.keyID == "2026-a")
        #expect(fingerprints.isUSPerson)
        #expect(fingerprints.attributes == IdentityAttribute.allCases)
        #expect(
            fingerprints.values.mapValues { $0.prefix(32).map { $0 }.hex } == [
                .dateOfBirth: "19bf2c355a69f55aa36de8605b70e9f9c6288af2f8eaea651caa1ce322f2044e",
                .citizenship: "0cd4ac39c89c0a4cd04af7ffbe7eee341894a863322033ba8f1cff12bfdc969e",
                .residence: "05c38f7c989e3143a2667d5c09ee3bfb0b6396940a4d74595c71cf9fd83de682",
                .document: "786f394c02c531614ecbc54660b6db1d96ef68b70b51428f8d53c735897212e0",
                .socialSecurityNumber: "f254f9092e34f2fa310b02862c8de6fc75130b826187766f5ccf449fe32a491c",
            ])
    }

    @Test("differ by attribute and by key, and not by how the value was written")
    func differ() throws {
        let one = try FingerprintKey(id: "a", secret: Self.secret)
        let other = try FingerprintKey(id: "b", secret: Self.secret.reversed())
        let abroad = try IdentityData(citizenship: "FR", residence: "FRA")
        #expect(one.fingerprints(of: abroad).values[.citizenship] != one.fingerprints(of: abroad).values[.residence])
        #expect(
            one.fingerprints(of: abroad).values[.citizenship] != other.fingerprints(of: abroad).values[.citizenship])
        #expect(
            one.fingerprints(of: try IdentityData(document: ("Passport", "Ｋ１-２９"))).values
                == one.fingerprints(of: try IdentityData(document: ("passport", "k129"))).values)
        // Type and number do not run into each other.
        #expect(
            one.fingerprints(of: try IdentityData(document: ("id1", "2347"))).values
                != one.fingerprints(of: try IdentityData(document: ("id", "12347"))).values)
    }

    @Test("of a document are of type and number, of the type, and of the issuing country or zeros (computed by another program)")
    func documentParts() throws {
        let key = try FingerprintKey(id: "2026-a", secret: Self.secret)
        let known = try IdentityData(
            citizenships: [], documents: [IdentityDocument(type: "passport", number: "k-1234567", issuingCountry: "HKG")])
        #expect(
            key.fingerprints(of: known).values[.document]?.hex
                == "786f394c02c531614ecbc54660b6db1d96ef68b70b51428f8d53c735897212e0"
                + "71585868e6491aa7622b68f8eeebed8b4ac9274105dfcdcdff4731cfb11b2422"
                + "4edb9a8cace3df673edbeb63d83d5d20c997a95f4df3fd23ac2cc1f36168dc0d")
        let unknown = key.fingerprints(of: try data()).values[.document]
        #expect(unknown?.suffix(32).allSatisfy { $0 == 0 } == true && unknown?.count == 96)
    }

    @Test("need a key of 32 bytes with a proper id")
    func keys() {
        #expect(throws: SharingError.self) { try FingerprintKey(id: "a", secret: Array(Self.secret.dropLast())) }
        for id in ["", "a b", "é", String(repeating: "k", count: 65)] {
            #expect(throws: SharingError.self) { try FingerprintKey(id: id, secret: Self.secret) }
        }
    }

    @Test("compare as match, mismatch, or missing where either side lacks one")
    func comparison() {
        let comparison = IdentityFingerprints.compare(.of("ABC.E"), .of("AX.D."))
        #expect(comparison.warning == nil)
        #expect(
            comparison.facts
                == IdentityFacts(
                    dateOfBirth: .match, citizenship: .mismatch, residence: .missing, document: .missing,
                    socialSecurityNumber: .missing, usPerson: false))
        #expect(
            IdentityFingerprints.compare(nil, .of("ABCDE"))
                == IdentityFingerprints.Comparison(facts: .missing, warning: nil))
        #expect(IdentityFingerprints.compare(.of("ABCDE"), nil).facts == .missing)
        #expect(IdentityFingerprints.compare(nil, nil).facts == .missing)
        #expect(IdentityFingerprints.compare(.of("ABCDE"), .of("ABCDE")).facts.isIdentical)
    }

    @Test("under different keys are missing, with a warning that names the keys")
    func differentKeys() {
        let comparison = IdentityFingerprints.compare(.of("ABCDE", under: "2025"), .of("ABCDE", under: "2026"))
        #expect(comparison.facts == .missing)
        #expect(comparison.warning == .differentKeys("2025", "2026"))
        #expect(
            comparison.warning?.description.contains("2025") == true
                && comparison.warning?.description.contains("2026") == true)
    }

    @Test("know whether both are US persons where citizenship and residence say so")
    func usPersons() {
        func usPerson(_ first: IdentityFingerprints, _ second: IdentityFingerprints) -> Bool? {
            IdentityFingerprints.compare(first, second).facts.usPerson
        }
        let american = IdentityFingerprints.of(".BC..", isUSPerson: true)
        let foreign = IdentityFingerprints.of(".XY..")
        let unknown = IdentityFingerprints.of("AB..E")
        #expect(usPerson(american, american) == true)
        #expect(
            usPerson(american, foreign) == false && usPerson(foreign, american) == false
                && usPerson(foreign, unknown) == false)
        #expect(
            usPerson(american, unknown) == nil && usPerson(unknown, american) == nil
                && usPerson(unknown, unknown) == nil)
    }

    @Test("citizens and residents of the United States are US persons")
    func usPerson() throws {
        #expect(try IdentityData(citizenship: "USA", residence: "HK").isUSPerson)
        #expect(try IdentityData(citizenship: "HK", residence: "US").isUSPerson)
        #expect(try !IdentityData(citizenship: "HK", residence: "UM").isUSPerson)
        #expect(try !IdentityData(socialSecurityNumber: "123-45-6780").isUSPerson)
    }
}

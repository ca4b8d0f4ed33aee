import EligibilityPolicy
import Testing

@testable import DeviceSharing

@Suite("Identity data are normalised")
struct IdentityDataTests {
    private func refusal(_ make: () throws -> IdentityData) -> SharingError? {
        do {
            _ = try make()
            return nil
        } catch {
            return error as? SharingError
        }
    }

    @Test(
        "dates: ISO 8601, of days that exist",
        arguments: [
            ("1980-02-29", "1980-02-29"), (" 2000-02-29\n", "2000-02-29"), ("１９８０-０２-２９", "1980-02-29"),
            ("1800-01-01", "1800-01-01"),
        ])
    func dates(given: String, normal: String) throws {
        #expect(try IdentityData(dateOfBirth: given).values == [.dateOfBirth: normal])
    }

    @Test(
        "dates that do not exist, or are written otherwise, are refused",
        arguments: [
            "", "1981-02-29", "1900-02-29", "1980-04-31", "1980-13-01", "1980-00-01", "1980-01-00", "1799-12-31",
            "80-02-29", "1980-2-29", "1980/02/29",
            "29-02-1980", "19800229", "1980-02-29T00:00:00Z", "-980-02-29", "+980-02-29", "1980-02--9", "1980--2-29",
            "٠٩٨٠-٠٢-٢٩",
        ])
    func badDates(given: String) {
        #expect(
            refusal { try IdentityData(dateOfBirth: given) }
                == .invalidIdentityData(.dateOfBirth, problem: "must be a date that exists, as YYYY-MM-DD"))
    }

    @Test(
        "countries: ISO 3166-1, two letters or three",
        arguments: [
            ("HK", "HK"), ("hkg", "HK"), ("Gbr", "GB"), (" usa ", "US"), ("ＣＨＮ", "CN"), ("tw", "TW"), ("ZWE", "ZW"),
            ("AND", "AD"),
        ])
    func countries(given: String, normal: String) throws {
        #expect(try IdentityData(citizenship: given).values == [.citizenship: normal])
        #expect(try IdentityData(residence: given).values == [.residence: normal])
    }

    @Test(
        "countries that are no assigned code are refused",
        arguments: ["", "H", "XX", "UK", "EU", "ZZZ", "HKGG", "Hong Kong", "ß", "ın", "12", "H\u{0}", "US\u{301}"])
    func badCountries(given: String) {
        let problem = "must be an ISO 3166-1 country code"
        #expect(
            refusal { try IdentityData(citizenship: given) } == .invalidIdentityData(.citizenship, problem: problem))
        #expect(refusal { try IdentityData(residence: given) } == .invalidIdentityData(.residence, problem: problem))
    }

    @Test("countries: all 249 that are assigned, each by both codes")
    func allCountries() {
        let letters = (UInt8(ascii: "A")...UInt8(ascii: "Z")).map { String(Unicode.Scalar($0)) }
        let two = letters.flatMap { first in letters.map { first + $0 } }.filter { Country($0) != nil }
        #expect(two.count == 249)
        let three = letters.flatMap { first in letters.flatMap { second in letters.map { first + second + $0 } } }
            .compactMap { Country($0)?.alpha2 }
        #expect(three.count == 249 && Set(three) == Set(two))
    }

    @Test(
        "documents: capital letters and digits without separators, full-width ones as plain ones",
        arguments: [
            ("passport", "k1234567", "PASSPORT\u{0}K1234567"), ("Passport ", " K 123-456/7. ", "PASSPORT\u{0}K1234567"),
            ("ＰＡＳＳＰＯＲＴ", "Ｋ１２３４５６７", "PASSPORT\u{0}K1234567"), ("national-id", "a123456(3)", "NATIONALID\u{0}A1234563"),
            ("national_id", "e\u{301}1", "NATIONALID\u{0}É1"), ("id", "\u{E9}1", "ID\u{0}É1"),
            ("护照", "①2", "护照\u{0}12"),
            ("id", "ﬁ1", "ID\u{0}FI1"), ("id", "straße1", "ID\u{0}STRASSE1"),
            ("id", "\u{1100}-\u{1161}", "ID\u{0}\u{AC00}"),
        ])
    func documents(type: String, number: String, normal: String) throws {
        let value = try IdentityData(document: (type, number)).values[.document]
        #expect(value.map { Array($0.utf8) } == Array(normal.utf8))
    }

    @Test(
        "documents without a letter or digit, or with too many, are refused",
        arguments: ["", "--", " ", String(repeating: "1", count: 101), String(repeating: "-", count: 1_001) + "1"])
    func badDocuments(number: String) {
        #expect(refusal { try IdentityData(document: ("passport", number)) }?.code == .invalidIdentityData)
        #expect(refusal { try IdentityData(document: (number, "K1")) }?.parameters["attribute"] == "identity-document")
    }

    @Test(
        "social security numbers: nine digits of a range that is issued",
        arguments: ["123-45-6780", "123456780", " 123 45 6780 ", "１２３－４５－６７８０", "123–45–6780"])
    func socialSecurityNumbers(given: String) throws {
        #expect(try IdentityData(socialSecurityNumber: given).values == [.socialSecurityNumber: "123456780"])
    }

    @Test(
        "social security numbers never issued, or of other length, are refused",
        arguments: [
            "000-12-3456", "666-12-3456", "900-12-3456", "999-99-9999", "987-65-4320", "123-00-4567", "123-45-0000",
            "078-05-1120", "219-09-9999", "",
            "12345678", "1234567890", "12345678a", "123.45.6780", "١٢٣٤٥٦٧٨٠",
        ])
    func badNumbers(given: String) {
        #expect(refusal { try IdentityData(socialSecurityNumber: given) }?.code == .invalidIdentityData)
    }

    @Test(
        "the edges of the ranges are issued", arguments: ["001-01-0001", "665-99-9999", "667-01-0001", "899-99-9999"])
    func edges(given: String) throws {
        #expect(try IdentityData(socialSecurityNumber: given).values.count == 1)
    }

    @Test("what is not given is not known")
    func nothing() throws {
        #expect(try IdentityData().values.isEmpty)
    }
}

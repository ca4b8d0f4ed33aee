import Canonical
import EligibilityPolicy
import Testing

@testable import DeviceSharing

/// The problem that was found; nil where there was none.
func problem(_ attribute: IdentityAttribute, _ make: () throws -> IdentityData) -> String? {
    do {
        _ = try make()
        return nil
    } catch let error as SharingError where error.code == .invalidIdentityData {
        #expect(error.parameters["attribute"] == .string(attribute.rawValue))
        return error.parameters["problem"]?.description
    } catch {
        Issue.record("\(error)")
        return nil
    }
}

@Suite("Identity data are normalised")
struct IdentityDataTests {
    @Test(
        "dates: ISO 8601, of days that exist",
        arguments: [
            ("1980-02-29", "1980-02-29"), (" 2000-02-29\n", "2000-02-29"), ("１９８０-０２-２９", "1980-02-29"),
            ("١٩٨٠-٠٢-٢٩", "1980-02-29"), ("\u{200E}1980-02-29\u{200E}", "1980-02-29"), ("1909-08-21", "1909-08-21"),
            ("1900-02-28", nil), ("1970-01-02", "1970-01-02"),
        ])
    func dates(given: String, normal: String?) throws {
        guard let normal else {
            #expect(problem(.dateOfBirth) { try IdentityData(dateOfBirth: given, at: .noon) } != nil)
            return
        }
        #expect(try IdentityData(dateOfBirth: given, at: .noon).dateOfBirth == normal)
    }

    @Test(
        "dates that do not exist, or are written otherwise, are refused",
        arguments: [
            "", "1981-02-29", "1900-02-29", "1980-04-31", "1980-13-01", "1980-00-01", "1980-01-00", "80-02-29", "1980-2-29",
            "1980/02/29", "29-02-1980", "19800229", "1980-02-29T00:00:00Z", "-980-02-29", "+980-02-29", "1980-02--9",
            "1980--2-29",
        ])
    func badDates(given: String) {
        #expect(
            problem(.dateOfBirth) { try IdentityData(dateOfBirth: given, at: .noon) }
                == "must be a date that exists, as YYYY-MM-DD")
    }

    @Test(
        "dates of birth in the future are refused, which years of the Buddhist calendar are, too; the day may have begun elsewhere"
    )
    func future() throws {
        for given in ["2026-06-03", "2068-07-16", "2523-02-28", "9999-12-31", "5740-06-12"] {
            #expect(
                problem(.dateOfBirth) { try IdentityData(dateOfBirth: given, at: .noon) }?.hasPrefix("is in the future") == true)
        }
        #expect(try IdentityData(dateOfBirth: "2026-06-02", at: .noon).dateOfBirth == "2026-06-02")
    }

    @Test(
        "dates on which nobody alive was born are refused: stand-ins of old systems, and years of other calendars",
        arguments: [
            "1900-01-01", "1899-12-30", "1800-01-01", "1753-01-01", "1601-01-01", "0001-01-01", "1111-11-11", "1400-06-12",
            "1358-12-10", "0069-02-28", "0000-01-01", "1901-01-01", "1901-12-13", "1904-01-01", "1911-11-11",
        ])
    func ancient(given: String) {
        #expect(problem(.dateOfBirth) { try IdentityData(dateOfBirth: given, at: .noon) } != nil)
    }

    @Test("the first day of computers' clocks is taken, since people were born on it, and counts as not known")
    func epoch() throws {
        for given in ["1970-01-01", "1969-12-31"] {
            let data = try IdentityData(dateOfBirth: given, citizenship: "DE", at: .noon)
            #expect(data.dateOfBirth == nil && data.citizenships == ["DE"])
        }
    }

    @Test(
        "countries: ISO 3166-1, two letters or three, and the names that ICAO Doc 9303 has for them",
        arguments: [
            ("HK", "HK"), ("hkg", "HK"), ("Gbr", "GB"), (" usa ", "US"), ("ＣＨＮ", "CN"), ("tw", "TW"), ("ZWE", "ZW"),
            ("AND", "AD"), ("D", "DE"), ("RKS", "XK"), ("xk", "XK"), ("XKX", "XK"), ("\u{202A}DE\u{202C}", "DE"),
        ])
    func countries(given: String, normal: String) throws {
        #expect(try IdentityData(citizenship: given).citizenships == [normal])
        #expect(try IdentityData(residence: given).residence == normal)
    }

    @Test(
        "countries that are no assigned code are refused",
        arguments: [
            "", "H", "XX", "UK", "EU", "ZZZ", "UTO", "UNK", "HKGG", "Hong Kong", "ß", "ın", "12", "H\u{0}", "US\u{301}", "N/A",
        ])
    func badCountries(given: String) {
        #expect(problem(.citizenship) { try IdentityData(citizenship: given) } != nil)
        #expect(problem(.residence) { try IdentityData(residence: given) } == "must be an ISO 3166-1 country code")
    }

    @Test("countries: all 249 that are assigned and Kosovo, each by both codes")
    func allCountries() {
        let letters = (UInt8(ascii: "A")...UInt8(ascii: "Z")).map { String(Unicode.Scalar($0)) }
        let two = letters.flatMap { first in letters.map { first + $0 } }.filter { Country($0) != nil }
        #expect(two.count == 250)
        let three = letters.flatMap { first in letters.flatMap { second in letters.map { first + second + $0 } } }
            .compactMap { Country($0)?.alpha2 }
        #expect(three.count == 251 && Set(three) == Set(two))
    }

    @Test("citizenships: also stateless people, refugees and British nationals, none of whom is resident in such a country")
    func codesOfTheirOwn() throws {
        for code in ["XXA", "XXB", "XXC", "GBD", "GBN", "GBO", "GBP", "GBS"] {
            #expect(try IdentityData(citizenship: code.lowercased()).citizenships == [code])
            #expect(problem(.residence) { try IdentityData(residence: code) } != nil)
        }
        #expect(try IdentityData(citizenship: "XXX").citizenships == [], "it says that nothing is known")
        #expect(try IdentityData(citizenships: ["XXX", "DE"]).citizenships == ["DE"])
    }

    @Test("citizenships: several, in one text or in many, each once and in any order")
    func several() throws {
        for given in [["DE/TR"], ["TR", "DE"], ["tur, deu"], ["D;TR", "DE"], ["DE TR"], ["TR + DE"]] {
            #expect(try IdentityData(citizenships: given).citizenships == ["DE", "TR"])
        }
        #expect(try IdentityData(citizenships: []).citizenships == [])
        for given in [["DE/"], ["/", "DE"], ["DE/ZZ"], ["DE", ""], ["A1"]] where given != ["DE/"] {
            #expect(problem(.citizenship) { try IdentityData(citizenships: given) } != nil)
        }
        #expect(
            problem(.citizenship) { try IdentityData(citizenship: "DE,TR,FR,ES,IT,GB,US,CA,CN") } == "must be at most 8 countries"
        )
        #expect(try IdentityData(citizenship: "DE/US").isUSPerson)
    }

    @Test(
        "social security numbers: nine digits of a range that is issued",
        arguments: [
            "123-45-6780", "123456780", " 123 45 6780 ", "１２３－４５－６７８０", "123–45–6780", "١٢٣٤٥٦٧٨٠",
            "\u{202D}123-45-6780\u{202C}", "123\u{A0}45\u{A0}6780", "123\u{2212}45\u{2212}6780", "\u{FEFF}123-45-6780",
        ])
    func socialSecurityNumbers(given: String) throws {
        #expect(try IdentityData(socialSecurityNumber: given).socialSecurityNumber == "123456780")
    }

    @Test(
        "social security numbers never issued, or of other length, are refused",
        arguments: [
            "000-12-3456", "666-12-3456", "900-12-3456", "999-99-9999", "987-65-4320", "123-00-4567", "123-45-0000", "",
            "12345678", "1234567890", "12345678a", "123.45.6780", "XXX-XX-6780", "1.23457E+08", "N/A",
        ])
    func badNumbers(given: String) {
        #expect(problem(.socialSecurityNumber) { try IdentityData(socialSecurityNumber: given) } != nil)
    }

    @Test(
        "social security numbers of forms, examples and advertisements are refused",
        arguments: [
            "078-05-1120", "219-09-9999", "123-45-6789", "123456789", "111-11-1111", "555-55-5555", "457-55-5462", "012-34-5678",
            "234-56-7890", "876-54-3210",
        ])
    func examples(given: String) {
        #expect(
            problem(.socialSecurityNumber) { try IdentityData(socialSecurityNumber: given) }?.contains("examples") == true)
    }

    @Test(
        "the edges of the ranges are issued", arguments: ["001-01-0001", "665-99-9999", "667-01-0001", "899-99-9999"])
    func edges(given: String) throws {
        #expect(try IdentityData(socialSecurityNumber: given).socialSecurityNumber != nil)
    }

    @Test("what is not given is not known")
    func nothing() throws {
        let data = try IdentityData()
        #expect(data.dateOfBirth == nil && data.citizenships.isEmpty && data.residence == nil)
        #expect(data.documents.isEmpty && data.socialSecurityNumber == nil)
    }
}

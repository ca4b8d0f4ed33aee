import Canonical
import EligibilityPolicy
import Testing

@testable import DeviceSharing

@Suite("Identity documents are normalised")
struct DocumentNumberTests {
    private func document(_ type: String, _ number: String) throws -> String? {
        try IdentityData(document: (type, number)).documents.first?.text
    }

    private func refusal(_ number: String, type: String = "passport") -> String? {
        problem(.document) { try IdentityData(document: (type, number)) }
    }

    @Test(
        "as capital letters and digits without separators, full-width ones as plain ones",
        arguments: [
            ("passport", "k1234567", "PASSPORT\u{0}K1234567"), ("Passport ", " K 123-456/7. ", "PASSPORT\u{0}K1234567"),
            ("ＰＡＳＳＰＯＲＴ", "Ｋ１２３４５６７", "PASSPORT\u{0}K1234567"), ("national-id", "a123456(3)", "NATIONALID\u{0}A1234563"),
            ("national_id", "e\u{301}12", "NATIONALID\u{0}É12"), ("id", "\u{E9}12", "ID\u{0}É12"), ("护照", "①23", "护照\u{0}123"),
            ("id", "ﬁ1", "ID\u{0}FI1"), ("id", "straße1", "ID\u{0}STRASSE1"), ("id", "\u{1100}-\u{1161}12", "ID\u{0}\u{AC00}12"),
            ("паспорт", "45 10 123456", "ПАСПОРТ\u{0}4510123456"), ("id", "军字第1234567号", "ID\u{0}军字第1234567号"),
            ("id", "台胞证 T12345678(A)", "ID\u{0}台胞证T12345678A"), ("id", "'00123", "ID\u{0}00123"),
            ("id", "№ 12345", "ID\u{0}NO12345"), ("id", "س123456", "ID\u{0}س123456"), ("other", "C<12345<<<", "OTHER\u{0}C12345"),
            ("resident-id", "11010519491231002x", "RESIDENTID\u{0}11010519491231002X"),
            ("passport", "CFGHJKLMN", "PASSPORT\u{0}CFGHJKLMN"),
        ])
    func documents(type: String, number: String, normal: String) throws {
        #expect(try document(type, number).map { Array($0.utf8) } == Array(normal.utf8))
    }

    @Test(
        "with digits of every script by their value, and without invisible marks",
        arguments: [
            "١٢٣٤٥٦٧٨٩٠", "۱۲۳۴۵۶۷۸۹۰", "१२३४५६७८९०", "๑๒๓๔๕๖๗๘๙๐", "১২৩৪৫৬৭৮৯০", "１２３４５６７８９０", "𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗𝟎", "᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐",
            "¹²³⁴⁵⁶⁷⁸⁹⁰", "❶❷❸❹❺❻❼❽❾0", "\u{202D}1234567890\u{202C}", "123\u{AD}456\u{200B}7890\u{FEFF}", "1234\u{FE0F}567890",
            "၁၂၃၄၅၆၇၈၉၀",
        ])
    func digits(number: String) throws {
        #expect(try document("passport", number) == "PASSPORT\u{0}1234567890")
    }

    @Test(
        "and refused where a character looks like another one, with its place",
        arguments: [
            ("АВ1234567", 1), ("AВ1234567", 2), ("K12З4567", 4), ("Ο1234567", 1), ("12345О", 6), ("K1234\u{13A0}", 6),
            ("11010519491231002×", 18), ("11010519491231002✕", 18), ("\u{200E}\u{200E}АВ1234567", 1),
            ("?7054321", 1), ("K12•••67", 4), ("******789", 1), ("=C01X00T47", 1), ("K123456\u{338}7", 7), ("ɑ1234567", 1),
            ("K1234ס67", 6), ("1½2345", 2), ("K1234\u{0}67", 6), ("K 12€456", 5),
        ])
    func lookAlikes(number: String, place: Int) throws {
        let problem = try #require(refusal(number))
        #expect(problem.contains("character \(place) "), "\(problem)")
    }

    @Test("and refused where a character was lost in another encoding")
    func lostCharacters() {
        let problem = "has a character that was lost in another encoding"
        #expect(refusal("\u{FFFD}7054321") == problem)
        #expect(refusal("K7054321", type: "F\u{FFFD}hrerschein") == problem)
    }

    @Test("and refused where the type mixes writing systems")
    func types() throws {
        #expect(refusal("K1234567", type: "pаssport") == "has a type whose character 2 is no Latin letter, while others are")
        for type in ["", "--", "N/A", "unknown", "#REF!", String(repeating: "p", count: 101)] {
            #expect(refusal("K1234567", type: type) != nil)
        }
    }

    @Test(
        "and refused where a stand-in is given for the number",
        arguments: [
            "#N/A", "n/a", "NA", "N.A.", "UNKNOWN", "unknown", "None", "NULL", "nil", "NaN", "-", "--", "?", "TBD", "tbc", "test",
            "Test123", "DUMMY-1", "sample", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NV", "#WERT!", "#BEZUG!", "#¡VALOR!",
            "0", "00", "000000000", "0000-0000", "111111111", "999999", "K0000000", "A9999999", "123456789", "12345678",
            "987654321",
            "012345678", "123456", "XXXXXXXX", "XXXXX6789", "xxx", "x", "1", "none given", "not available", "nicht bekannt",
            "unbekannt", "inconnu", "desconocido", "不详", "未知", "無", "なし", "없음", "غير معروف", "لا يوجد", "TRUE", "see file",
            "undefined",
            "[object Object]", "temp 4711", "K1",
        ])
    func standIns(number: String) {
        #expect(refusal(number) != nil)
    }

    @Test(
        "and refused where a spreadsheet has damaged the number",
        arguments: [
            "1.23457E+11", "1,23457E+11", "1.2E+11", "1.23457e+11", "1E+11", "１.２３E+１１", "١٫٢٣E+١١", "########", "###",
            "123456789.0",
            "123456789,00", "2003-02-01", "01.02.2003", "1/2/03", "1-Mar", "Mar-03", "02-Sep-1999", "1900-01-00", "12:30:00",
            "12:30 PM", "2003-02-01 00:00:00", "110105194912310000", "1234567890123450000",
        ])
    func damage(number: String) {
        #expect(refusal(number) != nil)
    }

    @Test(
        "and taken where they only look a little like one",
        arguments: [
            "1E1123456", "12E4567", "NA1234567", "ND123456", "AB1234567", "1234567890", "0123456789", "K1234567", "A123456(3)",
            "800229-1234567",
            "010203-1234", "123-45-6788", "12.345.679-0", "110105194912310003", "1234567890123456", "C01X00T47", "XX123456",
            "01-02-03-4567",
        ])
    func numbers(number: String) {
        #expect(refusal(number) == nil)
    }

    @Test("and refused with too many letters or bytes, and with too many documents")
    func limits() {
        for number in ["", String(repeating: "12", count: 51), String(repeating: "-", count: 1_001) + "1"] {
            #expect(refusal(number) != nil)
        }
        let documents = (1...9).map { IdentityDocument(type: "id", number: "K\($0)234567") }
        #expect(problem(.document) { try IdentityData(citizenships: [], documents: documents) } == "must be at most 8 documents")
    }

    @Test("with the issuing country by the codes of ICAO Doc 9303")
    func issuers() throws {
        func issuer(_ country: String) throws -> String? {
            try IdentityData(
                citizenships: [], documents: [IdentityDocument(type: "id", number: "K7654321", issuingCountry: country)]
            ).documents.first?.issuer
        }
        for (given, normal) in [
            ("D", "DE"), ("deu", "DE"), ("UNO", "UNO"), ("EUE", "EUE"), ("RKS", "XK"), ("GBN", "GB"), ("XOM", "XOM"),
        ] {
            #expect(try issuer(given) == normal)
        }
        for given in ["", "ZZ", "XXA", "Germany", "UTO"] {
            #expect(
                problem(.document) {
                    try IdentityData(
                        citizenships: [], documents: [IdentityDocument(type: "id", number: "K7654321", issuingCountry: given)])
                } != nil)
        }
    }
}

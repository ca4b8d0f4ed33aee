import Foundation

/// What people and programs write where a number is not known. It says nothing about a person, so nobody may match by it.
enum StandIns {
    /// Whether a number, of capital letters and digits alone, is a stand-in for one.
    static func isNumber(_ number: String) -> Bool {
        let plain = String(
            String.UnicodeScalarView(
                number.decomposedStringWithCanonicalMapping.unicodeScalars.filter {
                    $0.properties.generalCategory != .nonspacingMark
                }))
        let digits = plain.filter(\.isNumber)
        let letters = plain.filter { !$0.isNumber }
        if digits.isEmpty {
            // A word. Numbers that happen to have letters alone are of consonants, so that they do not spell words.
            return words.contains(letters) || !letters.allSatisfy(consonants.contains) || Set(letters).count < 3
        }
        if longWords.contains(letters) { return true }
        // Sample documents have it in the place of the number.
        if letters.contains("XXXX") { return true }
        let isOneDigit = Set(digits).count == 1
        if isOneDigit, digits.first == "0" || letters.isEmpty || digits.count >= 6 { return true }
        return letters.isEmpty && sequences.contains { $0 == digits }
    }

    /// Whether the type of a document, of capital letters and digits alone, is a stand-in for one.
    static func isType(_ type: String) -> Bool { words.contains(type) || longWords.contains(type) }

    private static let consonants = Set("BCDFGHJKLMNPQRSTVWXYZ")

    /// 1234, 12345 up to 123456789; 0123 up to 012345678; and 987654321, 87654321 down to 4321. Longer ones are taken: ten digits
    /// are the number of many a card.
    private static let sequences: Set<String> = {
        let (up, zero, down) = ("123456789", "012345678", "987654321")
        return Set((4...9).flatMap { [String(up.prefix($0)), String(zero.prefix($0)), String(down.suffix($0))] })
    }()

    /// Words that people and forms write for "not known", `TODO` and `TEST` among them, also where a digit or more follow: TEST1.
    private static let longWords: Set<String> = [
        "BEISPIEL", "DEFAULT", "DEMO", "DUMMY", "EXAMPLE", "FAKE", "MISSING", "MUSTER", "NONE", "NULL", "PENDING", "PLACEHOLDER",
        "PRUEBA", "SAMPLE", "SPECIMEN", "TEMP", "TEMPORARY", "TEST", "TESTING", "TODO", "UNDEFINED", "UNKNOWN", "测试", "測試",
    ]

    /// Words and letters that stand for "not known", where nothing else is given; also what spreadsheets show for errors.
    private static let words: Set<String> = [
        "BLANK", "BRAK", "CALC", "EMPTY", "FEHLT", "GEEN", "INCONNU", "KA", "KEINE", "NA", "NAN", "NB", "NC", "ND", "NIL", "NK",
        "NN",
        "NO", "NOTAPPLICABLE", "NOTAVAILABLE", "NOTKNOWN", "NS", "NV", "REDACTED", "REF", "SN", "SPILL", "TBA", "TBC", "TBD",
        "TST",
        "UNBEKANNT", "UNK", "UNSPECIFIED", "VALUE", "WERT", "YOK", "НЕТ", "なし", "不明", "不詳", "不详", "未知", "未提供", "没有", "沒有", "无",
        "無",
        "暂无", "暫無", "없음", "미상",
    ]
}

/// Letters that people at a desk cannot tell from others, by the writing system that the Unicode name of each begins with
/// (Unicode Technical Standard 39, "Confusable Detection" and "Mixed-Script Detection").
enum LookAlikes {
    /// The writing system of a letter: `LATIN`, `CYRILLIC`, `CJK`.
    static func script(of letter: Unicode.Scalar) -> Substring {
        if letter.isASCII { return latin }
        return letter.properties.name?.prefix { $0 != " " && $0 != "-" } ?? ""
    }

    static let latin: Substring = "LATIN"

    /// Written beside Latin letters, and not like any of them.
    static let besideLatin: Set<Substring> = ["CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "BOPOMOFO", "HANGUL"]

    /// Writing systems of documents, whose letters are not mistaken for Latin ones.
    static let others: Set<Substring> = [
        "ARABIC", "BENGALI", "DEVANAGARI", "ETHIOPIC", "GEORGIAN", "GUJARATI", "GURMUKHI", "HEBREW", "KANNADA", "KHMER", "LAO",
        "MALAYALAM", "MONGOLIAN", "MYANMAR", "ORIYA", "SINHALA", "SYRIAC", "TAMIL", "TELUGU", "THAANA", "THAI", "TIBETAN",
    ]

    /// Writing systems of documents, some of whose letters are.
    static let alphabets: Set<Substring> = ["ARMENIAN", "CYRILLIC", "GREEK"]

    /// Capitals of ``alphabets`` that look like a Latin capital or a digit.
    static let capitals: Set<Unicode.Scalar> = Set(
        "АВЕЗІЇЈКМНОРСТУХЅҮҰԚԜӀЬЧБГӨЁЙԌҺ".unicodeScalars + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϺͿΪΫ".unicodeScalars + "ԱԼՀՍՈՏՕՁՅԶ".unicodeScalars)

    /// Latin letters that documents use: A to Z with or without accents, and those that have a place in some country's alphabet.
    static func isOfDocuments(_ letter: Unicode.Scalar) -> Bool {
        guard !letter.isASCII else { return true }
        return letter.value < 0x180 || letter.properties.name?.contains(" WITH ") == true || ["Ə", "ẞ"].contains(letter)
    }
}

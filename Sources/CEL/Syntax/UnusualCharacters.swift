/// Characters that come into a text from a word processor, a web page or another keyboard, and that no reader of the
/// language takes for what they look like.
extension Unicode.Scalar {
    /// Whether it shows nothing, or only a gap: every blank but those of a keyboard, and what formats the text around it.
    package var isInvisible: Bool {
        if self == " " || self == "\n" || self == "\r" || self == "\t" { return false }
        if isASCII { return value < 0x20 || value == 0x7f }
        if properties.isDefaultIgnorableCodePoint || properties.isWhitespace { return true }
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator: return true
        // The blank among the patterns of Braille is a symbol by its category.
        default: return self == "\u{2800}"
        }
    }

    /// For messages: what can be seen in quotes, and beyond ASCII the code point with its name.
    package var inWords: String {
        guard !isASCII || isInvisible else { return "'\(self)'" }
        let digits = String(value, radix: 16, uppercase: true)
        let number = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        let name = properties.name ?? properties.nameAlias
        if isInvisible { return number + (name.map { " (\($0.lowercased()))" } ?? "") }
        return "'\(self)' (\(number)\(name.map { ", \($0.lowercased())" } ?? ""))"
    }

    /// What a keyboard has in its place, in the language of expressions; nil where nothing has.
    package var plainSpelling: String? {
        switch self {
        case "\u{201c}", "\u{201d}", "\u{201e}", "\u{201f}", "\u{2033}", "\u{ab}", "\u{bb}", "\u{300c}", "\u{300d}", "\u{300e}",
            "\u{300f}", "\u{301d}", "\u{301e}", "\u{2018}", "\u{2019}", "\u{201a}", "\u{201b}", "\u{2032}", "\u{b4}", "\u{2039}",
            "\u{203a}", "\u{ff02}", "\u{ff07}":
            "'"
        case "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2014}", "\u{2015}", "\u{2212}", "\u{fe58}", "\u{fe63}": "-"
        case "\u{2264}", "\u{2a7d}", "\u{2266}": "<="
        case "\u{2265}", "\u{2a7e}", "\u{2267}": ">="
        case "\u{2260}": "!="
        case "\u{ff1d}", "\u{2261}", "\u{fe66}": "=="
        case "\u{ff06}", "\u{2227}": "&&"
        case "\u{ff5c}", "\u{2228}": "||"
        case "\u{ac}": "!"
        case "\u{d7}", "\u{22c5}", "\u{b7}", "\u{2217}": "*"
        case "\u{f7}", "\u{2215}", "\u{2044}": "/"
        case "\u{2208}": "in"
        case "\u{2026}": "..."
        case "\u{3001}": ","
        case "\u{3002}": "."
        // The forms of ASCII that are as wide as a Chinese character.
        case "\u{ff01}"..."\u{ff5e}": Unicode.Scalar(value - 0xfee0).map { String($0) }
        default: nil
        }
    }

    /// Whether it is a quotation mark that no keyboard's key writes.
    package var isTypographicQuote: Bool { !isASCII && plainSpelling == "'" }
}

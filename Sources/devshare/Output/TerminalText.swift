import Canonical

/// Text on its way to a terminal, apart from the terminal's own controls.
///
/// Our colours are marked by characters that no text has in earnest (Unicode noncharacters), and become escape sequences here
/// alone; every other control is written out. Somebody who records such a character could at worst colour a word.
enum TerminalText {
    /// A mark for each style, and one for the end of any.
    private static let marks: [(mark: Unicode.Scalar, code: String)] = Terminal.Style.allCases.enumerated().compactMap {
        place, style in Unicode.Scalar(0xFDD0 + UInt32(place)).map { (mark: $0, code: style.rawValue) }
    }
    private static let end = Unicode.Scalar(0xFDEF as UInt32).map { (mark: $0, code: "0") }

    /// The text, marked to be shown in a style.
    static func marked(_ text: String, _ style: Terminal.Style) -> String {
        guard let start = marks.first(where: { $0.code == style.rawValue }), let end else { return text }
        return String(start.mark) + text + String(end.mark)
    }

    /// One line, fit to be written to a terminal or a file.
    static func shown(_ text: String, hasColour: Bool) -> String {
        guard hasColour, let end else { return text.withVisibleControls() }
        let known = marks + [end]
        var shown = String.UnicodeScalarView()
        for scalar in text.withVisibleControls(keeping: Set(known.map(\.mark))).unicodeScalars {
            if let (_, code) = known.first(where: { $0.mark == scalar }) {
                shown.append(contentsOf: "\u{1B}[\(code)m".unicodeScalars)
            } else {
                shown.append(scalar)
            }
        }
        return String(shown)
    }

    /// The same JSON value, in which characters that act on a terminal are escaped. Canonical JSON escapes the first 32 alone.
    static func escapedJSON(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            guard String(scalar).withVisibleControls() != String(scalar) else {
                escaped.unicodeScalars.append(scalar)
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                escaped += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return escaped
    }
}

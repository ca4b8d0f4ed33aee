extension String {
    /// The same text, in which each character that would act on what shows it is written out, as `\n`, `\u{1B}` or `\u{202E}`:
    /// controls (C0, DEL, C1), line and paragraph separators, controls of the direction of text (Unicode, UAX #9), and
    /// characters that are not seen at all.
    ///
    /// Text from outside passes through this on its way to a terminal or a page: an escape sequence would clear the screen, a
    /// line break would forge a line, and a control of direction would show a name backwards.
    ///
    /// - Parameter kept: characters that stay as they are.
    package func withVisibleControls(keeping kept: Set<Unicode.Scalar> = []) -> String {
        guard unicodeScalars.contains(where: { $0.actsOnDisplay && !kept.contains($0) }) else { return self }
        var text = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalar.actsOnDisplay, !kept.contains(scalar) {
                text.append(contentsOf: scalar.writtenOut.unicodeScalars)
            } else {
                text.append(scalar)
            }
        }
        return String(text)
    }
}

extension Unicode.Scalar {
    /// Whether a terminal or a page does something else with it than show it.
    var actsOnDisplay: Bool {
        switch value {
        // Printable ASCII, which nearly everything is.
        case 0x20...0x7E: false
        // Zero-width characters; but not the joiners (U+200C, U+200D) that some scripts are written with.
        case 0x200B, 0x2060...0x206F, 0xFEFF, 0x180E: true
        // Interlinear annotations, and tags, which hide a whole text.
        case 0xFFF9...0xFFFB, 0xE0000...0xE007F: true
        default:
            properties.generalCategory == .control || properties.generalCategory == .lineSeparator
                || properties.generalCategory == .paragraphSeparator || properties.isBidiControl
                || properties.isNoncharacterCodePoint
        }
    }

    fileprivate var writtenOut: String {
        switch self {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default: "\\u{" + String(value, radix: 16, uppercase: true) + "}"
        }
    }
}

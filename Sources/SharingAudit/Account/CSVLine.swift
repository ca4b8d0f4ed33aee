/// Lines of CSV (RFC 4180) for spreadsheets.
package enum CSVLine {
    /// The fields as a line, with its end. A field that a spreadsheet would carry out as a formula gets an apostrophe in front.
    package static func text(_ fields: [String]) -> String { fields.map(field).joined(separator: ",") + "\r\n" }

    /// Whether a spreadsheet would take it for a formula and carry it out.
    static func isFormula(_ text: String) -> Bool {
        text.unicodeScalars.first.map("=+-@\t\r".unicodeScalars.contains) ?? false
    }

    private static func field(_ text: String) -> String {
        var text = text
        if isFormula(text) { text = "'" + text }
        guard text.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}

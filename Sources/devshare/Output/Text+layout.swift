import Canonical

extension Timestamp {
    /// As tables and stories show it: to the second, in UTC.
    var short: String {
        let text = description
        return text.prefix(10) + " " + text.dropFirst(11).prefix(8)
    }
}

extension String {
    /// The text in lines of at most `width` columns, broken at spaces, each behind `indent`. A line break in the text is no
    /// space: it is written out.
    func wrapped(to width: Int, indent: String = "") -> [String] {
        var lines: [String] = []
        var line = ""
        for word in split(separator: " ") {
            if !line.isEmpty, indent.displayWidth + line.displayWidth + 1 + String(word).displayWidth > width {
                lines.append(indent + line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " " + word
        }
        if !line.isEmpty { lines.append(indent + line) }
        return lines
    }

    /// The text with spaces up to `width` columns.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - displayWidth)) }
}

extension Int {
    /// The number with its noun: `1 request`, `2 requests`.
    func of(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}

import CEL

/// A document's text by lines and characters, for positions.
package struct SourceLines: Sendable {
    package let scalars: [Unicode.Scalar]
    private let starts: [Int]

    package init(_ text: String) {
        scalars = Array(text.unicodeScalars)
        var starts = [0]
        for (offset, scalar) in scalars.enumerated() where Self.isBreak(scalar, before: offset + 1, in: scalars) {
            starts.append(offset + 1)
        }
        self.starts = starts
    }

    /// The line breaks of YAML 1.1, chapter 5.4, as libyaml counts lines by them.
    private static func isBreak(_ scalar: Unicode.Scalar, before next: Int, in scalars: [Unicode.Scalar]) -> Bool {
        switch scalar {
        case "\n", "\u{85}", "\u{2028}", "\u{2029}": true
        case "\r": next >= scalars.count || scalars[next] != "\n"
        default: false
        }
    }

    package func offset(of position: SourcePosition) -> Int? {
        guard starts.indices.contains(position.line - 1) else { return nil }
        let offset = starts[position.line - 1] + position.column - 1
        return offset <= scalars.count ? offset : nil
    }

    package func position(of offset: Int) -> SourcePosition {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        return SourcePosition(line: low + 1, column: offset - starts[low] + 1)
    }

    /// The place of a character counted as Swift's `Character`s are.
    package func position(ofCharacter offset: Int) -> SourcePosition {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        let prefix = String(text).prefix(offset)
        return position(of: prefix.unicodeScalars.count)
    }

    /// A place within the text: the end where `position` lies beyond it.
    package func clamped(_ position: SourcePosition) -> SourcePosition {
        guard position.line <= starts.count, let offset = offset(of: position) else { return self.position(of: scalars.count) }
        return self.position(of: min(offset, scalars.count))
    }

    /// Where something that looks like a YAML anchor stands: `&name` where a value may begin.
    package var firstAnchor: SourcePosition? {
        for (offset, scalar) in scalars.enumerated() where scalar == "&" {
            guard offset + 1 < scalars.count, scalars[offset + 1] != "&", !scalars[offset + 1].properties.isWhitespace else {
                continue
            }
            var before = offset - 1
            while before >= 0, scalars[before] == " " || scalars[before] == "\t" { before -= 1 }
            // An anchor follows an indicator, a tag, or the beginning of a line.
            if before < 0 || "\n:-?[{,".unicodeScalars.contains(scalars[before]) { return position(of: offset) }
        }
        return nil
    }
}

extension SourceLines {
    /// The characters of a line, from 1, without its end.
    package func line(_ number: Int) -> ArraySlice<Unicode.Scalar> {
        guard let start = offset(of: SourcePosition(line: number, column: 1)) else { return [] }
        return scalars[start...].prefix { !"\n\r\u{85}\u{2028}\u{2029}".unicodeScalars.contains($0) }
    }

    /// What to do about a line at which the text stops being YAML; nil where nothing in it tells.
    package func advice(onUnreadable number: Int) -> String? {
        // The reader may notice only on the next line.
        for number in [number, number - 1] where number > 0 {
            let line = line(number)
            if let invisible = line.first(where: \.isInvisible) {
                return "The line holds the character \(invisible.inWords), which cannot be seen. Retype the line."
            }
            if let dash = line.first(where: { $0 != " " }), !dash.isASCII, dash.plainSpelling == "-" {
                return "The line begins with \(dash.inWords), which is not '-'. Retype it."
            }
            if let wide = line.first(where: { $0 == "\u{ff1a}" }), !Self.holdsColon(line) {
                return "The line holds \(wide.inWords), which is not ':'. Retype it."
            }
            let value = Self.value(of: line)
            guard let first = value.first else { continue }
            // Where these two begin a block, only signs and digits follow (YAML 1.2, chapter 8.1.1).
            let beginsBlock =
                (first == "|" || first == ">") && value.dropFirst().allSatisfy { "+-0123456789".unicodeScalars.contains($0) }
            if "!%@`|>*".unicodeScalars.contains(first), !beginsBlock {
                return "Put the whole value in double quotes: one that begins with '\(first)' means something else in YAML."
            }
            if first.isTypographicQuote { return "Write the quotation marks as \" or '." }
            if line.contains("\t"), line.prefix(while: { $0 == " " || $0 == "\t" }).contains("\t") {
                return "Indent with blanks: YAML takes no tabs."
            }
            if !"\"'{[#".unicodeScalars.contains(first), Self.holdsColon(value) {
                return "Put the whole value in double quotes: a colon and a blank mean something in YAML."
            }
        }
        return nil
    }

    /// What follows the first colon of a line, or its dash.
    private static func value(of line: ArraySlice<Unicode.Scalar>) -> ArraySlice<Unicode.Scalar> {
        var rest = line.drop { $0 == " " || $0 == "-" }
        if let colon = rest.indices.first(where: { rest[$0] == ":" && ($0 + 1 == rest.endIndex || rest[$0 + 1] == " ") }) {
            rest = rest[(colon + 1)...]
        }
        return rest.drop { $0 == " " }
    }

    /// Whether there is a colon and a blank before a comment.
    private static func holdsColon(_ value: ArraySlice<Unicode.Scalar>) -> Bool {
        for place in value.indices.dropLast() {
            if value[place] == ":", value[place + 1] == " " { return true }
            if value[place] == " ", value[place + 1] == "#" { return false }
        }
        return false
    }
}

/// Indents the lines of a YAML document by two spaces a level.
///
/// It knows columns, not YAML: a line that stands further right than the one before is one level deeper. The caller checks
/// that the result says the same.
enum Indentation {
    static func normalized(_ lines: [String]) -> [String] {
        var levels = Levels()
        var result: [String] = []
        // Comments belong to what follows them.
        var comments: [Int] = []
        for line in lines {
            let indent = line.prefix { $0 == " " }.count
            let content = line.dropFirst(indent)
            if content.allSatisfy({ $0 == " " || $0 == "\t" }) {
                result.append("")
            } else if content.first == "#" {
                comments.append(result.count)
                result.append(String(content))
            } else {
                let (depth, text) = levels.place(content, at: indent)
                let margin = String(repeating: " ", count: depth)
                for comment in comments { result[comment] = margin + result[comment] }
                comments = []
                result.append(margin + text)
            }
        }
        return result
    }

    /// The columns at which open levels begin, and where they begin in the result.
    private struct Levels {
        private var open: [(column: Int, placed: Int)] = [(0, 0)]

        mutating func place(_ content: Substring, at column: Int) -> (indent: Int, text: String) {
            let isElement = content.hasPrefix("- ") || content == "-"
            while open.count > 1, let last = open.last, last.column > column { open.removeLast() }
            var placed = open.last?.placed ?? 0
            if let last = open.last, column > last.column {
                placed = last.placed + 2
                open.append((column, placed))
            }
            guard isElement else { return (placed, String(content)) }
            // What follows the dash is a level of its own, two columns further.
            let rest = content.dropFirst(1).drop { $0 == " " }
            guard !rest.isEmpty else { return (placed, "-") }
            let inner = column + content.count - rest.count
            open.append((inner, placed + 2))
            guard rest.hasPrefix("- ") else { return (placed, "- " + rest) }
            return (placed, "- " + place(rest, at: inner).text)
        }
    }
}

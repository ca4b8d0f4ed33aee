/// A document's text by lines and characters, for positions.
struct SourceLines: Sendable {
    let scalars: [Unicode.Scalar]
    private let starts: [Int]

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
        var starts = [0]
        for (offset, scalar) in scalars.enumerated() where scalar == "\n" { starts.append(offset + 1) }
        self.starts = starts
    }

    func offset(of position: Position) -> Int? {
        guard starts.indices.contains(position.line - 1) else { return nil }
        let offset = starts[position.line - 1] + position.column - 1
        return offset <= scalars.count ? offset : nil
    }

    func position(of offset: Int) -> Position {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        return Position(line: low + 1, column: offset - starts[low] + 1)
    }

    /// The place of a character counted as Swift's `Character`s are.
    func position(ofCharacter offset: Int) -> Position {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        let prefix = String(text).prefix(offset)
        return position(of: prefix.unicodeScalars.count)
    }

    /// A place within the text: the end where `position` lies beyond it.
    func clamped(_ position: Position) -> Position {
        guard position.line <= starts.count, let offset = offset(of: position) else { return self.position(of: scalars.count) }
        return self.position(of: min(offset, scalars.count))
    }

    /// Where something that looks like a YAML anchor stands: `&name` where a value may begin.
    var firstAnchor: Position? {
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

/// Where each character of a YAML scalar's value stands in the file.
///
/// An expression may be written plain, quoted or as a block over several lines, and YAML unfolds it before it is
/// compiled; a position in the value means nothing to the author. The file is read again in step with the value, by the
/// rules of the scalar's style (YAML 1.2, chapters 7.3 and 8.1).
package struct ScalarPositions {
    private let offsets: [Int]
    private let lines: SourceLines
    private let value: [Unicode.Scalar]
    private let start: SourcePosition

    package init(of node: DocumentNode, in lines: SourceLines) {
        self.lines = lines
        start = node.position
        guard case .scalar(let scalar) = node.content else {
            (offsets, value) = ([], [])
            return
        }
        value = Array(scalar.text.unicodeScalars)
        var walk = Walk(source: lines.scalars, value: value, at: lines.offset(of: node.position) ?? lines.scalars.count)
        let followed =
            switch scalar.style {
            case .plain: walk.followFlow(quote: nil)
            case .singleQuoted: walk.followFlow(quote: "'")
            case .doubleQuoted: walk.followFlow(quote: "\"")
            case .literal, .folded: walk.followBlock()
            }
        // A tag before the value, or a line break that is not \n: then the beginning must do.
        offsets = followed ? walk.offsets : []
    }

    /// The place in the file of a line and column, both from 1, of the value.
    package func position(line: Int, column: Int) -> SourcePosition {
        guard !offsets.isEmpty else { return start }
        var offset = 0
        var remaining = line - 1
        while remaining > 0, let lineBreak = value[offset...].firstIndex(of: "\n") {
            offset = lineBreak + 1
            remaining -= 1
        }
        offset += column - 1
        if offset < offsets.count { return lines.position(of: offsets[max(offset, 0)]) }
        return lines.position(of: (offsets.last ?? 0) + 1)
    }
}

/// A reading of the file in step with the value that it gave.
private struct Walk {
    package let source: [Unicode.Scalar]
    package let value: [Unicode.Scalar]
    package var place: Int
    /// For each character of the value so far its place in the source.
    package var offsets: [Int] = []

    package init(source: [Unicode.Scalar], value: [Unicode.Scalar], at place: Int) {
        self.source = source
        self.value = value
        self.place = place
    }

    private var current: Unicode.Scalar? { place < source.count ? source[place] : nil }
    private var expected: Unicode.Scalar? { offsets.count < value.count ? value[offsets.count] : nil }

    private func isBlank(_ offset: Int) -> Bool { offset < source.count && (source[offset] == " " || source[offset] == "\t") }

    private mutating func skipBlanks() { while isBlank(place) { place += 1 } }

    private mutating func skipBreak() -> Bool {
        if current == "\r", place + 1 < source.count, source[place + 1] == "\n" {
            place += 2
            return true
        }
        guard current == "\n" else { return false }
        place += 1
        return true
    }

    private mutating func take(_ width: Int) {
        offsets.append(place)
        place += width
    }

    /// Plain, single-quoted or double-quoted text. False where source and value part.
    package mutating func followFlow(quote: Unicode.Scalar?) -> Bool {
        if let quote {
            guard current == quote else { return false }
            place += 1
        }
        while let expected {
            var end = place
            while isBlank(end) { end += 1 }
            if end < source.count, source[end] == "\n" || source[end] == "\r" {
                guard followFold() else { return false }
            } else if quote == "\"", current == "\\" {
                guard followEscape() else { return false }
            } else if quote == "'", current == "'" {
                guard expected == "'" else { return false }
                take(2)
            } else {
                guard current == expected else { return false }
                take(1)
            }
        }
        return true
    }

    /// A line break, with blanks and empty lines around it: one space, or a break for each empty line.
    private mutating func followFold() -> Bool {
        let beginning = place
        var breaks = 0
        repeat {
            skipBlanks()
            guard skipBreak() else { break }
            breaks += 1
        } while true
        guard breaks > 0 else { return false }
        let wanted: Unicode.Scalar = breaks == 1 ? " " : "\n"
        for _ in 0..<max(1, breaks - 1) {
            guard expected == wanted else { return false }
            offsets.append(beginning)
        }
        return true
    }

    private mutating func followEscape() -> Bool {
        guard place + 1 < source.count else { return false }
        switch source[place + 1] {
        case "\n", "\r":
            place += 1
            guard skipBreak() else { return false }
            skipBlanks()
        case "x": take(4)
        case "u": take(6)
        case "U": take(10)
        default: take(2)
        }
        return true
    }

    /// A literal or folded block. False where source and value part.
    package mutating func followBlock() -> Bool {
        while let scalar = current, scalar != "\n", scalar != "\r" { place += 1 }
        guard skipBreak() else { return false }
        var indent: Int?
        while expected != nil {
            let lineStart = place
            while current == " ", place - lineStart < indent ?? .max { place += 1 }
            if let scalar = current, scalar != "\n", scalar != "\r", indent == nil { indent = place - lineStart }
            while let scalar = current, scalar != "\n", scalar != "\r", let expected {
                guard scalar == expected else { return false }
                take(1)
            }
            guard expected != nil else { return true }
            let end = place
            guard skipBreak() else { return false }
            if expected == " " {
                offsets.append(end)
            } else {
                // Of the breaks here, folding may have eaten one: whatever the value has is theirs.
                var breaks = 1
                var ahead = place
                while ahead < source.count {
                    var next = ahead
                    while next < source.count, source[next] == " " { next += 1 }
                    guard next < source.count, source[next] == "\n" else { break }
                    ahead = next + 1
                    breaks += 1
                }
                var taken = 0
                while expected == "\n", taken < breaks {
                    offsets.append(end)
                    taken += 1
                }
                guard taken > 0 else { return false }
                place = max(place, ahead)
            }
        }
        return true
    }
}

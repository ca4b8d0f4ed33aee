/// The text of an expression with its lines, for positions in messages.
package struct SourceText: Sendable {
    package let text: String
    let bytes: [UInt8]
    private let lineStarts: [Int]

    package init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
        var starts = [0]
        for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
            starts.append(offset + 1)
        }
        lineStarts = starts
    }

    /// The line and column, both from 1, of a byte offset. Columns count code points.
    package func location(at offset: Int) -> SourceLocation {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        let column = bytes[lineStarts[low]..<min(offset, bytes.count)].count { $0 & 0xc0 != 0x80 }
        return SourceLocation(line: Int32(low + 1), column: Int32(column + 1))
    }

    /// The text of a line, from 1, without its end.
    package func line(_ number: Int) -> String {
        guard lineStarts.indices.contains(number - 1) else { return "" }
        let rest = bytes[lineStarts[number - 1]...]
        return String(decoding: rest.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }, as: UTF8.self)
    }

    /// The text from a byte offset on.
    func text(from offset: Int) -> String { text(in: min(offset, bytes.count)..<bytes.count) }

    /// The text in a range of byte offsets.
    package func text(in range: Range<Int>) -> String {
        String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self)
    }
}

/// A line and a column in code points, both from 1.
package struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
    package let line: Int32
    package let column: Int32

    package var description: String { "\(line):\(column)" }
}

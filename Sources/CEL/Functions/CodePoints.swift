/// A text with the byte offsets of its code points.
struct CodePoints {
    private let text: String
    /// One for each code point and one for the end; nil where all are of one byte.
    private let offsets: [Int]?
    let count: Int

    init(_ value: CELValue, _ meter: Meter) throws(EvaluationError) {
        guard case .string(let text) = value else { throw EvaluationError.noOverload("substring", value) }
        try meter.chargeSize(text.utf8.count)
        self.text = text
        if text.utf8.allSatisfy({ $0 < 0x80 }) {
            offsets = nil
            count = text.utf8.count
        } else {
            let starts = text.utf8.enumerated().filter { $1 & 0xc0 != 0x80 }.map(\.offset)
            offsets = starts + [text.utf8.count]
            count = starts.count
        }
    }

    /// A position from 0 to the count of code points, both included.
    func position(_ value: CELValue) throws(EvaluationError) -> Int {
        guard case .int(let number) = value, let position = Int(exactly: number), position >= 0, position <= count else {
            throw EvaluationError(.indexOutOfRange, "index out of range: \(value)")
        }
        return position
    }

    func byteOffset(_ position: Int) -> Int { offsets?[position] ?? position }

    /// The code point that begins at a byte.
    func position(ofByte byte: Int) -> Int {
        guard let offsets else { return byte }
        var (low, high) = (0, offsets.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if offsets[middle] <= byte { low = middle } else { high = middle }
        }
        return low
    }

    func text(in range: Range<Int>) -> String {
        let bytes = text.utf8
        let start = bytes.index(bytes.startIndex, offsetBy: byteOffset(range.lowerBound))
        let end = bytes.index(start, offsetBy: byteOffset(range.upperBound) - byteOffset(range.lowerBound))
        return String(text[start..<end])
    }
}

/// A text cut at the occurrences of another.
struct Pieces {
    private let bytes: [UInt8]
    private(set) var ranges: [Range<Int>] = []

    /// - Parameters:
    ///   - cuts: how many occurrences count at most.
    ///   - isReplacement: an empty separator stands before the first and after the last code point too.
    init(
        of text: CELValue, between separator: CELValue, cuts: Int, of function: String, isReplacement: Bool = false,
        _ meter: Meter
    ) throws(EvaluationError) {
        guard case .string(let whole) = text, case .string(let sought) = separator else {
            throw EvaluationError.noOverload(function, text, separator)
        }
        bytes = Array(whole.utf8)
        if sought.isEmpty {
            try meter.charge(bytes.count)
            cutEverywhere(cuts: cuts, isReplacement: isReplacement)
            return
        }
        let search = try TextSearch(separator, in: text, of: function, meter)
        var start = 0
        while ranges.count < cuts, let found = search.first(from: start) {
            ranges.append(start..<found)
            start = found + sought.utf8.count
        }
        ranges.append(start..<bytes.count)
    }

    private mutating func cutEverywhere(cuts: Int, isReplacement: Bool) {
        var boundaries = bytes.indices.filter { bytes[$0] & 0xc0 != 0x80 }
        if isReplacement {
            boundaries.append(bytes.count)
        } else {
            if boundaries.isEmpty { return }
            boundaries.removeFirst()
        }
        var start = 0
        for boundary in boundaries.prefix(cuts) {
            ranges.append(start..<boundary)
            start = boundary
        }
        ranges.append(start..<bytes.count)
    }

    func text(in range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}

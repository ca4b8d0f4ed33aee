/// Functions of the core language on strings, bytes and collections (langdef, "List of Standard Definitions").
extension FunctionTable {
    static func addTextFunctions(to table: inout FunctionSet) {
        for type in [CELType.string, .bytes, .list(.parameter(0)), .map(.parameter(0), .parameter(1))] {
            table.global("size", type, .int, size)
            table.method("size", type, .int, size)
        }
        table.method("contains", .string, .string, .bool) { text, part, meter throws(EvaluationError) in
            .bool(try TextSearch(part, in: text, of: "contains", meter).first(from: 0) != nil)
        }
        table.method("startsWith", .string, .string, .bool) { text, part, _ throws(EvaluationError) in
            guard case .string(let text) = text, case .string(let part) = part else {
                throw EvaluationError.noOverload("startsWith", text, part)
            }
            return .bool(text.utf8.starts(with: part.utf8))
        }
        table.method("endsWith", .string, .string, .bool) { text, part, _ throws(EvaluationError) in
            guard case .string(let text) = text, case .string(let part) = part else {
                throw EvaluationError.noOverload("endsWith", text, part)
            }
            return .bool(text.utf8.count >= part.utf8.count && text.utf8.suffix(part.utf8.count).elementsEqual(part.utf8))
        }
        table.method("matches", .string, .string, .bool, matches)
        table.global("matches", .string, .string, .bool, matches)
    }

    @Sendable
    private static func size(_ value: CELValue, _ meter: Meter) throws(EvaluationError) -> CELValue {
        switch value {
        case .string(let text):
            try meter.chargeSize(text.utf8.count)
            return .int(Int64(text.unicodeScalars.count))
        case .bytes(let octets): return .int(Int64(octets.count))
        case .list(let elements): return .int(Int64(elements.count))
        case .map(let map): return .int(Int64(map.count))
        default: throw EvaluationError.noOverload("size", value)
        }
    }

    @Sendable
    private static func matches(_ text: CELValue, _ pattern: CELValue, _ meter: Meter) throws(EvaluationError) -> CELValue {
        guard case .string(let text) = text, case .string(let pattern) = pattern else {
            throw EvaluationError.noOverload("matches", text, pattern)
        }
        try meter.chargeSize(pattern.utf8.count)
        return .bool(try RegularExpression(pattern, limits: meter.regexLimits).matches(text, meter))
    }
}

/// A search for one text in another, in time linear in both.
struct TextSearch {
    private let text: [UInt8]
    private let part: [UInt8]
    /// For every prefix of the part, the length of its longest proper suffix that is a prefix too (Knuth, Morris, Pratt).
    private let borders: [Int]

    init(_ part: CELValue, in text: CELValue, of function: String, _ meter: Meter) throws(EvaluationError) {
        guard case .string(let whole) = text, case .string(let sought) = part else {
            throw EvaluationError.noOverload(function, text, part)
        }
        try meter.chargeSize(whole.utf8.count + sought.utf8.count)
        self.init(Array(sought.utf8), in: Array(whole.utf8))
    }

    init(_ part: [UInt8], in text: [UInt8]) {
        self.text = text
        self.part = part
        var borders = [0]
        borders.reserveCapacity(part.count)
        var length = 0
        for index in part.indices.dropFirst() {
            while length > 0, part[index] != part[length] { length = borders[length - 1] }
            if part[index] == part[length] { length += 1 }
            borders.append(length)
        }
        self.borders = borders
    }

    /// The byte offset of the first occurrence that does not begin before this offset.
    func first(from start: Int) -> Int? {
        guard !part.isEmpty else { return start <= text.count ? start : nil }
        var length = 0
        var index = start
        while index < text.count {
            while length > 0, text[index] != part[length] { length = borders[length - 1] }
            if text[index] == part[length] { length += 1 }
            index += 1
            if length == part.count { return index - length }
        }
        return nil
    }
}

/// The extension `strings`. Positions count code points.
extension FunctionTable {
    static func addStringsLibrary(to table: inout FunctionSet) {
        addSearches(to: &table)
        addParts(to: &table)
        addRewrites(to: &table)
        table.method("format", .string, .list(.dyn), .string) { template, arguments, meter throws(EvaluationError) in
            guard case .string(let template) = template, case .list(let arguments) = arguments else {
                throw EvaluationError.noOverload("format", template, arguments)
            }
            var formatter = Formatter(template, arguments, meter)
            return .string(try formatter.format())
        }
        table.global("strings.quote", .string, .string) { value, meter throws(EvaluationError) in
            guard case .string(let text) = value else { throw EvaluationError.noOverload("strings.quote", value) }
            let quoted = quotedLiteral(text)
            try meter.chargeText(quoted.utf8.count)
            return .string(quoted)
        }
    }

    // MARK: Searching

    private static func addSearches(to table: inout FunctionSet) {
        table.method("indexOf", .string, .string, .int) { text, part, meter throws(EvaluationError) in
            .int(try firstIndex(of: part, in: text, from: nil, meter))
        }
        table.method("indexOf", [.string, .string, .int], .int) { values, meter throws(EvaluationError) in
            .int(try firstIndex(of: values[1], in: values[0], from: values[2], meter))
        }
        table.method("lastIndexOf", .string, .string, .int) { text, part, meter throws(EvaluationError) in
            .int(try lastIndex(of: part, in: text, from: nil, meter))
        }
        table.method("lastIndexOf", [.string, .string, .int], .int) { values, meter throws(EvaluationError) in
            .int(try lastIndex(of: values[1], in: values[0], from: values[2], meter))
        }
    }

    private static func firstIndex(
        of part: CELValue, in text: CELValue, from start: CELValue?, _ meter: Meter
    ) throws(EvaluationError) -> Int64 {
        let points = try CodePoints(text, meter)
        let first = try start.map { value throws(EvaluationError) in try points.position(value) } ?? 0
        let search = try TextSearch(part, in: text, of: "indexOf", meter)
        return search.first(from: points.byteOffset(first)).map { Int64(points.position(ofByte: $0)) } ?? -1
    }

    private static func lastIndex(
        of part: CELValue, in text: CELValue, from start: CELValue?, _ meter: Meter
    ) throws(EvaluationError) -> Int64 {
        let points = try CodePoints(text, meter)
        let last = try start.map { value throws(EvaluationError) in try points.position(value) } ?? points.count
        guard case .string(let text) = text, case .string(let part) = part else {
            throw EvaluationError.noOverload("lastIndexOf", text, part)
        }
        // The last occurrence is the first one in the texts read backwards.
        let backwards = TextSearch(Array(part.utf8).reversed(), in: Array(text.utf8).reversed())
        let end = min(points.byteOffset(last) + part.utf8.count, text.utf8.count)
        return backwards.first(from: text.utf8.count - end)
            .map { Int64(points.position(ofByte: text.utf8.count - $0 - part.utf8.count)) } ?? -1
    }

    // MARK: Parts

    private static func addParts(to table: inout FunctionSet) {
        table.method("charAt", .string, .int, .string) { text, index, meter throws(EvaluationError) in
            let points = try CodePoints(text, meter)
            let position = try points.position(index)
            return .string(position == points.count ? "" : points.text(in: position..<position + 1))
        }
        table.method("substring", .string, .int, .string) { text, start, meter throws(EvaluationError) in
            let points = try CodePoints(text, meter)
            return .string(points.text(in: try points.position(start)..<points.count))
        }
        table.method("substring", [.string, .int, .int], .string) { values, meter throws(EvaluationError) in
            let points = try CodePoints(values[0], meter)
            let (start, end) = (try points.position(values[1]), try points.position(values[2]))
            guard start <= end else {
                throw EvaluationError(.indexOutOfRange, "invalid substring range. start: \(start), end: \(end)")
            }
            return .string(points.text(in: start..<end))
        }
        table.method("split", .string, .string, .list(.string)) { text, separator, meter throws(EvaluationError) in
            try split(text, separator, limit: .int(-1), meter)
        }
        table.method("split", [.string, .string, .int], .list(.string)) { values, meter throws(EvaluationError) in
            try split(values[0], values[1], limit: values[2], meter)
        }
    }

    private static func split(
        _ text: CELValue, _ separator: CELValue, limit: CELValue, _ meter: Meter
    ) throws(EvaluationError) -> CELValue {
        guard case .int(let limit) = limit else { throw EvaluationError.noOverload("split", text, separator, limit) }
        guard limit != 0 else { return .list([]) }
        let pieces = try Pieces(
            of: text, between: separator, cuts: limit < 0 ? .max : Int(clamping: limit - 1), of: "split", meter)
        try meter.chargeCollection(pieces.ranges.count)
        return .list(pieces.ranges.map { .string(pieces.text(in: $0)) })
    }

    // MARK: Rewriting

    private static func addRewrites(to table: inout FunctionSet) {
        table.method("lowerAscii", .string, .string) { value, meter throws(EvaluationError) in
            try mapBytes(value, "lowerAscii", meter) { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") ? $0 + 32 : $0 }
        }
        table.method("upperAscii", .string, .string) { value, meter throws(EvaluationError) in
            try mapBytes(value, "upperAscii", meter) { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") ? $0 - 32 : $0 }
        }
        table.method("reverse", .string, .string) { value, meter throws(EvaluationError) in
            guard case .string(let text) = value else { throw EvaluationError.noOverload("reverse", value) }
            try meter.chargeText(text.utf8.count)
            var reversed = String.UnicodeScalarView()
            reversed.append(contentsOf: text.unicodeScalars.reversed())
            return .string(String(reversed))
        }
        table.method("trim", .string, .string) { value, meter throws(EvaluationError) in
            guard case .string(let text) = value else { throw EvaluationError.noOverload("trim", value) }
            try meter.chargeText(text.utf8.count)
            let scalars = text.unicodeScalars
            let start = scalars.drop { $0.properties.isWhitespace }
            let end = start.lastIndex { !$0.properties.isWhitespace }.map { scalars.index(after: $0) } ?? start.startIndex
            return .string(String(scalars[start.startIndex..<end]))
        }
        table.method("replace", [.string, .string, .string], .string) { values, meter throws(EvaluationError) in
            try replace(values[0], values[1], values[2], limit: .int(-1), meter)
        }
        table.method("replace", [.string, .string, .string, .int], .string) { values, meter throws(EvaluationError) in
            try replace(values[0], values[1], values[2], limit: values[3], meter)
        }
        table.method("join", .list(.string), .string) { list, meter throws(EvaluationError) in try join(list, .string(""), meter)
        }
        table.method("join", .list(.string), .string, .string) { list, separator, meter throws(EvaluationError) in
            try join(list, separator, meter)
        }
    }

    private static func mapBytes(
        _ value: CELValue, _ function: String, _ meter: Meter, _ changed: (UInt8) -> UInt8
    ) throws(EvaluationError) -> CELValue {
        guard case .string(let text) = value else { throw EvaluationError.noOverload(function, value) }
        try meter.chargeText(text.utf8.count)
        return .string(String(decoding: text.utf8.map(changed), as: UTF8.self))
    }

    private static func replace(
        _ text: CELValue, _ old: CELValue, _ new: CELValue, limit: CELValue, _ meter: Meter
    ) throws(EvaluationError) -> CELValue {
        guard case .int(let limit) = limit, case .string(let replacement) = new, case .string(let whole) = text else {
            throw EvaluationError.noOverload("replace", text, old, new, limit)
        }
        let cuts = limit < 0 ? Int.max : Int(clamping: limit)
        let pieces = try Pieces(of: text, between: old, cuts: cuts, of: "replace", isReplacement: true, meter)
        let (added, overflow) = (pieces.ranges.count - 1).multipliedReportingOverflow(by: replacement.utf8.count)
        try meter.chargeText(overflow ? .max : whole.utf8.count + added)
        return .string(pieces.ranges.map(pieces.text).joined(separator: replacement))
    }

    private static func join(_ list: CELValue, _ separator: CELValue, _ meter: Meter) throws(EvaluationError) -> CELValue {
        guard case .list(let elements) = list, case .string(let separator) = separator else {
            throw EvaluationError.noOverload("join", list, separator)
        }
        try meter.charge(elements.count)
        var joined = ""
        for (index, element) in elements.enumerated() {
            guard case .string(let text) = element else { throw EvaluationError.noOverload("join", list, element) }
            if index > 0 { joined += separator }
            joined += text
            try meter.chargeSize(text.utf8.count + separator.utf8.count)
            try meter.checkText(joined.utf8.count)
        }
        return .string(joined)
    }
}

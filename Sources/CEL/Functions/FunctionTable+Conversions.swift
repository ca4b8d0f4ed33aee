import Foundation

/// `int(…)`, `string(…)` and the other functions between types (langdef, "Type Conversions").
extension FunctionTable {
    static func addConversions(to table: inout FunctionSet) {
        table.global("dyn", .parameter(0), .dyn) { value, _ throws(EvaluationError) in value }
        table.global("type", .parameter(0), .type(.parameter(0))) { value, _ throws(EvaluationError) in .type(value.type) }
        for source in [CELType.int, .uint, .double, .string, .timestamp] {
            table.global("int", source, .int) { value, _ throws(EvaluationError) in .int(try Conversion.int(value)) }
        }
        for source in [CELType.uint, .int, .double, .string] {
            table.global("uint", source, .uint) { value, _ throws(EvaluationError) in .uint(try Conversion.uint(value)) }
        }
        for source in [CELType.double, .int, .uint, .string] {
            table.global("double", source, .double) { value, _ throws(EvaluationError) in .double(try Conversion.double(value)) }
        }
        for source in [CELType.bool, .string] {
            table.global("bool", source, .bool) { value, _ throws(EvaluationError) in .bool(try Conversion.bool(value)) }
        }
        for source in [CELType.string, .bool, .int, .uint, .double, .bytes, .timestamp, .duration] {
            table.global("string", source, .string) { value, meter throws(EvaluationError) in
                let text = try Conversion.string(value)
                try meter.chargeText(text.utf8.count)
                return .string(text)
            }
        }
        for source in [CELType.bytes, .string] {
            table.global("bytes", source, .bytes) { value, meter throws(EvaluationError) in
                guard case .string(let text) = value else { return value }
                try meter.chargeText(text.utf8.count)
                return .bytes(Array(text.utf8))
            }
        }
        for source in [CELType.timestamp, .string, .int] {
            table.global("timestamp", source, .timestamp) { value, _ throws(EvaluationError) in
                .timestamp(try Conversion.timestamp(value))
            }
        }
        for source in [CELType.duration, .string, .int] {
            table.global("duration", source, .duration) { value, _ throws(EvaluationError) in
                .duration(try Conversion.duration(value))
            }
        }
    }
}

/// A value of one type as one of another, or the reason why it has none.
enum Conversion {
    static func int(_ value: CELValue) throws(EvaluationError) -> Int64 {
        switch value {
        case .int(let number): return number
        case .uint(let number): if let exact = Int64(exactly: number) { return exact }
        case .double(let number):
            // The least int is left out too: a double next to it may have been rounded to it.
            if number > -0x1p63, number < 0x1p63 { return Int64(number) }
        case .string(let text): if isWholeNumber(text), let number = Int64(text) { return number }
        case .timestamp(let moment): return moment.seconds
        default: break
        }
        throw failure(value, "int")
    }

    static func uint(_ value: CELValue) throws(EvaluationError) -> UInt64 {
        switch value {
        case .uint(let number): return number
        case .int(let number): if let exact = UInt64(exactly: number) { return exact }
        case .double(let number): if number >= 0, number < 0x1p64 { return UInt64(number) }
        case .string(let text): if isWholeNumber(text), let number = UInt64(text) { return number }
        default: break
        }
        throw failure(value, "uint")
    }

    static func double(_ value: CELValue) throws(EvaluationError) -> Double {
        switch value {
        case .double(let number): return number
        case .int(let number): return Double(number)
        case .uint(let number): return Double(number)
        case .string(let text): if let number = Self.double(text) { return number }
        default: break
        }
        throw failure(value, "double")
    }

    static func bool(_ value: CELValue) throws(EvaluationError) -> Bool {
        switch value {
        case .bool(let flag): return flag
        case .string(let text):
            if ["1", "t", "T", "true", "TRUE", "True"].contains(text) { return true }
            if ["0", "f", "F", "false", "FALSE", "False"].contains(text) { return false }
        default: break
        }
        throw failure(value, "bool")
    }

    static func string(_ value: CELValue) throws(EvaluationError) -> String {
        switch value {
        case .string(let text): return text
        case .bool(let flag): return flag ? "true" : "false"
        case .int(let number): return String(number)
        case .uint(let number): return String(number)
        case .double(let number): return DoubleText.shortest(number)
        case .bytes(let octets): if let text = String(strictUTF8: octets) { return text }
        case .timestamp(let moment): return moment.description
        case .duration(let span): return span.description
        default: break
        }
        throw failure(value, "string")
    }

    static func timestamp(_ value: CELValue) throws(EvaluationError) -> CELTimestamp {
        switch value {
        case .timestamp(let moment): return moment
        case .string(let text): if let moment = CELTimestamp(text) { return moment }
        case .int(let seconds): if let moment = CELTimestamp(checkingSeconds: seconds) { return moment }
        default: break
        }
        throw failure(value, "timestamp")
    }

    static func duration(_ value: CELValue) throws(EvaluationError) -> CELDuration {
        switch value {
        case .duration(let span): return span
        case .string(let text): if let span = CELDuration(text) { return span }
        case .int(let seconds): if let span = CELDuration(seconds: seconds) { return span }
        default: break
        }
        throw failure(value, "duration")
    }

    private static func failure(_ value: CELValue, _ type: String) -> EvaluationError {
        EvaluationError(.conversionFailed, "\(value.brief) cannot become a \(type)")
    }

    /// Decimal digits after at most a minus sign; a plus sign is refused.
    private static func isWholeNumber(_ text: String) -> Bool { text.utf8.first != UInt8(ascii: "+") }

    /// What Go's and C's readers of decimal numbers have in common, with the names of the values that are no numbers.
    private static func double(_ text: String) -> Double? {
        switch text.lowercased() {
        case "nan": return .nan
        case "inf", "+inf", "infinity", "+infinity": return .infinity
        case "-inf", "-infinity": return -.infinity
        default: break
        }
        let digits = text.utf8.filter { isDigit($0) }.count
        let isPlain = text.utf8.allSatisfy {
            isDigit($0)
                || [UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "e"), UInt8(ascii: "E")].contains($0)
        }
        guard isPlain, digits > 0, let number = strictDouble(text), number.isFinite else { return nil }
        return number
    }

    private static func strictDouble(_ text: String) -> Double? {
        // Swift reads no number that begins or ends its digits with the point.
        var normal = text
        if let point = normal.firstIndex(of: ".") {
            let after = normal.index(after: point)
            if after == normal.endIndex || !isDigit(normal.utf8[after]) { normal.insert("0", at: after) }
            if point == normal.startIndex || !isDigit(normal.utf8[normal.index(before: point)]) { normal.insert("0", at: point) }
        }
        return Double(normal)
    }
}

/// Doubles as text.
enum DoubleText {
    /// The fewest digits that read back as the number; an exponent where it is below -4 or above 20.
    static func shortest(_ number: Double) -> String {
        guard let (digits, exponent) = decimal(number) else { return special(number) }
        let sign = number.sign == .minus ? "-" : ""
        guard exponent < -4 || exponent >= 21 else { return sign + positional(digits, exponent) }
        let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
        let magnitude = String(exponent.magnitude)
        return sign + digits.prefix(1) + fraction + "e" + (exponent < 0 ? "-" : "+") + (magnitude.count < 2 ? "0" : "")
            + magnitude
    }

    /// The fewest digits that read back as the number, never with an exponent.
    static func plain(_ number: Double) -> String {
        guard let (digits, exponent) = decimal(number) else { return special(number) }
        return (number.sign == .minus ? "-" : "") + positional(digits, exponent)
    }

    /// With this many decimals, rounded to even.
    static func fixed(_ number: Double, decimals: Int) -> String {
        number.isFinite ? String(format: "%.\(decimals)f", number) : special(number)
    }

    /// One digit, this many decimals and an exponent of ten.
    static func scientific(_ number: Double, decimals: Int) -> String {
        number.isFinite ? String(format: "%.\(decimals)e", number) : special(number)
    }

    private static func special(_ number: Double) -> String {
        number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity"
    }

    /// The shortest digits and the power of ten of the first of them; nil for what is not finite.
    private static func decimal(_ number: Double) -> (digits: String, exponent: Int)? {
        guard number.isFinite else { return nil }
        guard number != 0 else { return ("0", 0) }
        // Swift prints the shortest digits that read back, in one of two forms.
        let parts = number.magnitude.description.split(separator: "e")
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let whole = String(mantissa[0])
        var digits = whole + (mantissa.count > 1 ? String(mantissa[1]) : "")
        var exponent = whole.count - 1 + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        let leadingZeros = digits.prefix { $0 == "0" }.count
        digits.removeFirst(leadingZeros)
        exponent -= leadingZeros
        while digits.count > 1, digits.hasSuffix("0") { digits.removeLast() }
        return (digits, exponent)
    }

    private static func positional(_ digits: String, _ exponent: Int) -> String {
        if exponent < 0 { return "0." + String(repeating: "0", count: -exponent - 1) + digits }
        let whole = exponent + 1
        if digits.count <= whole { return digits + String(repeating: "0", count: whole - digits.count) }
        return digits.prefix(whole) + "." + digits.dropFirst(whole)
    }
}

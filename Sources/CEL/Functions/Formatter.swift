/// `template.format(arguments)` of the extension `strings`.
struct Formatter {
    /// Digits after the point that a clause may ask for.
    private static let maximumPrecision = 1_000

    private var template: Substring.UnicodeScalarView
    private var arguments: ArraySlice<CELValue>
    private let meter: Meter
    private var output = ""

    init(_ template: String, _ arguments: [CELValue], _ meter: Meter) {
        self.template = Substring(template).unicodeScalars
        self.arguments = arguments[...]
        self.meter = meter
    }

    mutating func format() throws(EvaluationError) -> String {
        try meter.chargeSize(template.count)
        while let scalar = template.popFirst() {
            guard scalar == "%" else {
                output.unicodeScalars.append(scalar)
                continue
            }
            try clause()
            try meter.checkText(output.utf8.count)
        }
        return output
    }

    private mutating func clause() throws(EvaluationError) {
        if template.first == "%" {
            template.removeFirst()
            output += "%"
            return
        }
        let precision = try self.precision()
        guard let verb = template.popFirst() else { throw failure("unexpected end of string") }
        guard "sdfexXob".unicodeScalars.contains(verb) else {
            throw failure("unrecognized formatting clause \"\(verb)\"")
        }
        guard let argument = arguments.popFirst() else { throw failure("index \(arguments.startIndex) out of range") }
        switch verb {
        case "s": try text(argument)
        case "d": try decimal(argument)
        case "f": try floating(argument, "fixed-point") { DoubleText.fixed($0, decimals: precision ?? 6) }
        case "e": try floating(argument, "scientific") { DoubleText.scientific($0, decimals: precision ?? 6) }
        case "b": try binary(argument)
        case "o": try digits(argument, radix: 8, "octal")
        default: try hexadecimal(argument, isUppercase: verb == "X")
        }
    }

    private mutating func precision() throws(EvaluationError) -> Int? {
        guard template.first == "." else { return nil }
        template.removeFirst()
        let digits = template.prefix { "0123456789".unicodeScalars.contains($0) }
        guard let precision = Int(String(digits)), precision <= Self.maximumPrecision else {
            throw failure("a precision must be a number of at most \(Self.maximumPrecision)")
        }
        template.removeFirst(digits.count)
        return precision
    }

    private func failure(_ message: String) -> EvaluationError { EvaluationError(.invalidArgument, "cannot format: " + message) }

    private func unfit(_ clause: String, _ wanted: String, _ value: CELValue) -> EvaluationError {
        failure("\(clause) clause can only be used on \(wanted), was given \(value.type.runtimeName)")
    }

    // MARK: Numbers

    private mutating func decimal(_ value: CELValue) throws(EvaluationError) {
        switch value {
        case .int(let number): output += String(number)
        case .uint(let number): output += String(number)
        case .double(let number): output += DoubleText.plain(number)
        default: throw unfit("decimal", "numbers", value)
        }
    }

    private mutating func floating(_ value: CELValue, _ clause: String, _ text: (Double) -> String) throws(EvaluationError) {
        switch value {
        case .double(let number): output += text(number)
        case .int(let number): output += text(Double(number))
        case .uint(let number): output += text(Double(number))
        default: throw unfit(clause, "numbers", value)
        }
    }

    private mutating func binary(_ value: CELValue) throws(EvaluationError) {
        if case .bool(let flag) = value { output += flag ? "1" : "0" } else { try digits(value, radix: 2, "binary") }
    }

    private mutating func digits(_ value: CELValue, radix: Int, _ clause: String) throws(EvaluationError) {
        switch value {
        case .int(let number): output += String(number, radix: radix)
        case .uint(let number): output += String(number, radix: radix)
        default: throw unfit(clause, "integers", value)
        }
    }

    private mutating func hexadecimal(_ value: CELValue, isUppercase: Bool) throws(EvaluationError) {
        let octets: [UInt8]
        switch value {
        case .int(let number):
            output += String(number, radix: 16, uppercase: isUppercase)
            return
        case .uint(let number):
            output += String(number, radix: 16, uppercase: isUppercase)
            return
        case .string(let text): octets = Array(text.utf8)
        case .bytes(let bytes): octets = bytes
        default: throw unfit("hex", "integers, byte buffers, and strings", value)
        }
        try meter.chargeText(octets.count * 2)
        for octet in octets { output += (octet < 16 ? "0" : "") + String(octet, radix: 16, uppercase: isUppercase) }
    }

    // MARK: Anything

    /// `%s`: as `string(value)`, collections by their elements, the entries of a map in the order of their keys' texts.
    private mutating func text(_ value: CELValue) throws(EvaluationError) {
        // A value that shares parts may be far longer as text than it is in memory.
        try meter.charge(1)
        try meter.checkText(output.utf8.count)
        switch value {
        case .null: output += "null"
        case .double(let number): output += DoubleText.plain(number)
        case .type(let type): output += type.runtimeName
        case .bytes(let octets): output += String(replacingInvalidIn: octets)
        case .list(let elements):
            output += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { output += ", " }
                try text(element)
            }
            output += "]"
        case .map(let map):
            var entries: [(key: String, value: CELValue)] = []
            for entry in map.entries { entries.append((try Conversion.string(entry.key), entry.value)) }
            try meter.charge(entries.count)
            output += "{"
            for (index, entry) in entries.sorted(by: { textPrecedes($0.key, $1.key) }).enumerated() {
                if index > 0 { output += ", " }
                output += entry.key + ": "
                try text(entry.value)
            }
            output += "}"
        case .optional:
            throw unfit("string", "strings, bools, bytes, numbers, maps, lists, types, durations, and timestamps", value)
        default:
            let plain = try Conversion.string(value)
            try meter.chargeSize(plain.utf8.count)
            output += plain
        }
    }
}

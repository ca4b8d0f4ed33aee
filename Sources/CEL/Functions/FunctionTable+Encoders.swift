/// The extension `encoders`: Base64 (RFC 4648, section 4).
extension FunctionTable {
    static func addEncodersLibrary(to table: inout FunctionSet) {
        table.global("base64.encode", .bytes, .string) { value, meter throws(EvaluationError) in
            guard case .bytes(let octets) = value else { throw EvaluationError.noOverload("base64.encode", value) }
            try meter.chargeText((octets.count + 2) / 3 * 4)
            return .string(Base64.encode(octets))
        }
        table.global("base64.decode", .string, .bytes) { value, meter throws(EvaluationError) in
            guard case .string(let text) = value else { throw EvaluationError.noOverload("base64.decode", value) }
            try meter.chargeText(text.utf8.count)
            guard let octets = Base64.decode(text) else { throw EvaluationError(.invalidArgument, "the text is not Base64") }
            return .bytes(octets)
        }
    }
}

enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8: UInt32] = Dictionary(uniqueKeysWithValues: alphabet.enumerated().map { ($1, UInt32($0)) })

    static func encode(_ octets: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((octets.count + 2) / 3 * 4)
        for start in stride(from: 0, to: octets.count, by: 3) {
            let group = octets[start..<min(start + 3, octets.count)]
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for place in 0..<4 {
                text.append(place <= group.count ? alphabet[Int(bits >> UInt32(18 - 6 * place) & 63)] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Padding may be left out, but not be wrong.
    static func decode(_ text: String) -> [UInt8]? {
        var characters = Array(text.utf8)
        let length = characters.count
        while characters.last == UInt8(ascii: "="), characters.count + 2 > length { characters.removeLast() }
        let padding = length - characters.count
        guard characters.count % 4 != 1, padding == 0 || (length % 4 == 0 && characters.count % 4 + padding == 4) else {
            return nil
        }
        var octets: [UInt8] = []
        octets.reserveCapacity(characters.count * 3 / 4)
        for start in stride(from: 0, to: characters.count, by: 4) {
            let group = characters[start..<min(start + 4, characters.count)]
            var bits: UInt32 = 0
            for character in group {
                guard let value = values[character] else { return nil }
                bits = bits << 6 | value
            }
            bits <<= UInt32(6 * (4 - group.count))
            for place in 0..<group.count - 1 { octets.append(UInt8(bits >> UInt32(16 - 8 * place) & 255)) }
        }
        return octets
    }
}

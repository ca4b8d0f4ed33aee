/// Numbers as ECMAScript writes them: RFC 8785, section 3.2.2.3, and ECMA-262, Number::toString.
enum CanonicalNumber {
    /// What is no number in JSON, NaN and the infinities, is null, as ECMAScript's JSON.stringify has it.
    static func text(_ value: Double) -> String {
        if value == 0 { return "0" }
        guard value.isFinite else { return "null" }
        let (digits, exponent) = shortest(value.magnitude)
        return (value < 0 ? "-" : "") + layOut(digits, exponent)
    }

    /// The shortest digits that read back as `value`, and the `n` of ECMA-262: value = 0.digits × 10^n.
    /// Swift's description has the same digits, laid out in another way.
    private static func shortest(_ value: Double) -> (digits: [UInt8], n: Int) {
        var digits: [UInt8] = []
        var pointAt: Int?
        var exponent = 0
        let text = Array(value.description.utf8)
        var index = 0
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "."): pointAt = digits.count
            case UInt8(ascii: "e"):
                exponent = Int(String(decoding: text[(index + 1)...], as: UTF8.self)) ?? 0
                index = text.count
            default: digits.append(text[index])
            }
            index += 1
        }
        var n = (pointAt ?? digits.count) + exponent
        let leading = digits.prefix { $0 == UInt8(ascii: "0") }.count
        digits.removeFirst(leading)
        n -= leading
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return (digits, n)
    }

    private static func layOut(_ digits: [UInt8], _ n: Int) -> String {
        let text = String(decoding: digits, as: UTF8.self)
        let k = digits.count
        if k <= n, n <= 21 { return text + String(repeating: "0", count: n - k) }
        if 0 < n, n <= 21 { return "\(text.prefix(n)).\(text.dropFirst(n))" }
        if -6 < n, n <= 0 { return "0." + String(repeating: "0", count: -n) + text }
        let exponent = n - 1
        let mantissa = k == 1 ? text : "\(text.prefix(1)).\(text.dropFirst())"
        return "\(mantissa)e\(exponent < 0 ? "-" : "+")\(abs(exponent))"
    }
}

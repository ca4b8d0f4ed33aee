/// A span of time in nanoseconds, within about ±292 years.
package struct CELDuration: Hashable, Comparable, Sendable {
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// Nil where the span is beyond what nanoseconds in 64 bits hold.
    package init?(seconds: Int64, nanoseconds: Int64 = 0) {
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = scaled.addingReportingOverflow(nanoseconds)
        if overflow || carry { return nil }
        self.nanoseconds = sum
    }

    package static func < (left: CELDuration, right: CELDuration) -> Bool { left.nanoseconds < right.nanoseconds }
}

extension CELDuration: LosslessStringConvertible {
    /// Decimal seconds with as many digits as needed: `1.5s`.
    package var description: String {
        let magnitude = nanoseconds.magnitude
        let sign = nanoseconds < 0 ? "-" : ""
        return sign + String(magnitude / 1_000_000_000) + fractionText(of: magnitude % 1_000_000_000) + "s"
    }

    /// A signed sequence of decimal numbers each with a unit: `h`, `m`, `s`, `ms`, `us` or `µs`, `ns`; or `0`.
    package init?(_ text: String) {
        var rest = Array(text.utf8)[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        if rest.elementsEqual("0".utf8) {
            self.init(nanoseconds: 0)
            return
        }
        guard !rest.isEmpty else { return nil }
        var total: Int64 = 0
        while !rest.isEmpty {
            guard let part = Self.takePart(&rest, isNegative: isNegative) else { return nil }
            let (sum, overflow) = total.addingReportingOverflow(part)
            if overflow { return nil }
            total = sum
        }
        self.init(nanoseconds: total)
    }

    private static func takePart(_ rest: inout ArraySlice<UInt8>, isNegative: Bool) -> Int64? {
        let whole = rest.prefix(while: isDigit)
        rest = rest.dropFirst(whole.count)
        var fraction: ArraySlice<UInt8> = []
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            fraction = rest.prefix(while: isDigit)
            rest = rest.dropFirst(fraction.count)
        }
        guard whole.count + fraction.count > 0, let unit = takeUnit(&rest) else { return nil }
        var value: Int64 = 0
        for digit in whole {
            let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
            let step = Int64(digit - UInt8(ascii: "0"))
            let (sum, carry) = isNegative ? scaled.subtractingReportingOverflow(step) : scaled.addingReportingOverflow(step)
            if overflow || carry { return nil }
            value = sum
        }
        let (scaled, overflow) = value.multipliedReportingOverflow(by: unit)
        if overflow { return nil }
        // As on paper, from the last digit: what is carried out of the first is the whole part of fraction times unit, exactly.
        // A carry is below the unit, so the sum has room.
        let part = fraction.reversed().reduce(Int64(0)) { (Int64($1 - UInt8(ascii: "0")) * unit + $0) / 10 }
        let (sum, carry) = isNegative ? scaled.subtractingReportingOverflow(part) : scaled.addingReportingOverflow(part)
        return carry ? nil : sum
    }

    private static func takeUnit(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        for (name, scale) in units where rest.starts(with: name.utf8) {
            rest = rest.dropFirst(name.utf8.count)
            return scale
        }
        return nil
    }

    /// Longer names before their prefixes.
    private static let units: [(String, Int64)] = [
        ("ns", 1), ("us", 1_000), ("\u{b5}s", 1_000), ("\u{3bc}s", 1_000), ("ms", 1_000_000),
        ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ]
}

func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

/// `.5` for 500,000,000 nanoseconds; empty for none.
func fractionText(of nanoseconds: UInt64) -> String {
    guard nanoseconds > 0 else { return "" }
    let digits = String(nanoseconds)
    var text = "." + String(repeating: "0", count: 9 - digits.count) + digits
    while text.hasSuffix("0") { text.removeLast() }
    return text
}

/// A moment in UTC between 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999999999Z.
package struct CELTimestamp: Hashable, Comparable, Sendable {
    /// Seconds since the Unix epoch.
    package let seconds: Int64
    /// 0 to 999,999,999.
    package let nanoseconds: Int32

    package static let earliestSecond: Int64 = -62_135_596_800
    package static let latestSecond: Int64 = 253_402_300_799

    init(seconds: Int64, nanoseconds: Int32) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// Nil where the moment is outside the years 1 to 9999.
    package init?(checkingSeconds seconds: Int64, nanoseconds: Int32 = 0) {
        guard (Self.earliestSecond...Self.latestSecond).contains(seconds), (0..<1_000_000_000).contains(nanoseconds) else {
            return nil
        }
        self.init(seconds: seconds, nanoseconds: nanoseconds)
    }

    /// A moment from microseconds since the Unix epoch, clamped to the years 1 to 9999.
    package init(clampingMicroseconds microseconds: Int64) {
        let (earliest, latest) = (Self.earliestSecond * 1_000_000, Self.latestSecond * 1_000_000 + 999_999)
        let (seconds, rest) = floorDivide(min(max(microseconds, earliest), latest), 1_000_000)
        self.init(seconds: seconds, nanoseconds: Int32(rest) * 1_000)
    }

    package static func < (left: CELTimestamp, right: CELTimestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    /// Nil where the result is outside the years 1 to 9999.
    func adding(nanoseconds span: Int64) -> CELTimestamp? {
        let (wholeSeconds, rest) = floorDivide(span, 1_000_000_000)
        let sum = Int64(nanoseconds) + rest
        return CELTimestamp(
            checkingSeconds: seconds + wholeSeconds + sum / 1_000_000_000, nanoseconds: Int32(sum % 1_000_000_000))
    }

    /// Nil where the span is beyond what a duration holds.
    func duration(since other: CELTimestamp) -> CELDuration? {
        CELDuration(seconds: seconds - other.seconds, nanoseconds: Int64(nanoseconds) - Int64(other.nanoseconds))
    }
}

/// Quotient rounded down and the remainder, never negative, for a positive divisor.
func floorDivide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}

extension CELTimestamp: LosslessStringConvertible {
    /// RFC 3339 in UTC with as many decimals as needed.
    package var description: String {
        let calendar = CalendarFields(of: self, offset: 0)
        func padded(_ number: Int64, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return padded(calendar.year, 4) + "-" + padded(calendar.month, 2) + "-" + padded(calendar.day, 2) + "T"
            + padded(calendar.hour, 2) + ":" + padded(calendar.minute, 2) + ":" + padded(calendar.second, 2)
            + fractionText(of: UInt64(nanoseconds)) + "Z"
    }

    /// RFC 3339 with any offset and up to nine decimals.
    package init?(_ text: String) {
        var scanner = TimestampScanner(bytes: Array(text.utf8))
        guard let year = scanner.number(4), scanner.skip("-"), let month = scanner.number(2), scanner.skip("-"),
            let day = scanner.number(2), scanner.skip("Tt"), let hour = scanner.number(2), scanner.skip(":"),
            let minute = scanner.number(2), scanner.skip(":"), let second = scanner.number(2),
            let nanoseconds = scanner.fraction(), let offset = scanner.offset(), scanner.isAtEnd,
            (1...12).contains(month), (1...daysIn(month: month, of: year)).contains(day), hour < 24, minute < 60, second < 60
        else { return nil }
        let seconds = daysFromCivil(year: year, month: month, day: day) * 86_400 + hour * 3_600 + minute * 60 + second - offset
        self.init(checkingSeconds: seconds, nanoseconds: Int32(nanoseconds))
    }
}

private struct TimestampScanner {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func number(_ width: Int) -> Int64? {
        guard position + width <= bytes.count else { return nil }
        var value: Int64 = 0
        for byte in bytes[position..<position + width] {
            guard isDigit(byte) else { return nil }
            value = value * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        position += width
        return value
    }

    mutating func skip(_ anyOf: String) -> Bool {
        guard position < bytes.count, anyOf.utf8.contains(bytes[position]) else { return false }
        position += 1
        return true
    }

    mutating func fraction() -> Int64? {
        guard skip(".") else { return 0 }
        var value: Int64 = 0
        var place: Int64 = 100_000_000
        let start = position
        while position < bytes.count, isDigit(bytes[position]) {
            value += Int64(bytes[position] - UInt8(ascii: "0")) * place
            place /= 10
            position += 1
        }
        return (1...9).contains(position - start) ? value : nil
    }

    /// Seconds east of UTC.
    mutating func offset() -> Int64? {
        if skip("Zz") { return 0 }
        let isWest = position < bytes.count && bytes[position] == UInt8(ascii: "-")
        guard skip("+-"), let hours = number(2), skip(":"), let minutes = number(2), hours < 24, minutes < 60 else { return nil }
        let seconds = hours * 3_600 + minutes * 60
        return isWest ? -seconds : seconds
    }
}

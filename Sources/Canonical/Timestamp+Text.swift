extension Timestamp: CustomStringConvertible {
    /// Bytes of the text form.
    static let textLength = 27

    public var description: String {
        String(unsafeUninitializedCapacity: Self.textLength) { buffer in
            write(to: buffer.baseAddress)
            return Self.textLength
        }
    }

    /// Writes the 27 bytes of the text form. Without Foundation: every event carries a few of these.
    func write(to buffer: UnsafeMutablePointer<UInt8>?) {
        guard let buffer else { return }
        let clamped = min(max(self, .earliest), .latest).microseconds
        let seconds = clamped.floorQuotient(1_000_000)
        let micros = clamped - seconds * 1_000_000
        let days = seconds.floorQuotient(86_400)
        let second = seconds - days * 86_400
        let date = CivilDate(daysSinceEpoch: days)
        digits(date.year, 4, at: buffer)
        buffer[4] = UInt8(ascii: "-")
        digits(date.month, 2, at: buffer + 5)
        buffer[7] = UInt8(ascii: "-")
        digits(date.day, 2, at: buffer + 8)
        buffer[10] = UInt8(ascii: "T")
        digits(second / 3_600, 2, at: buffer + 11)
        buffer[13] = UInt8(ascii: ":")
        digits(second / 60 % 60, 2, at: buffer + 14)
        buffer[16] = UInt8(ascii: ":")
        digits(second % 60, 2, at: buffer + 17)
        buffer[19] = UInt8(ascii: ".")
        digits(micros, 6, at: buffer + 20)
        buffer[26] = UInt8(ascii: "Z")
    }

    private func digits(_ value: Int64, _ count: Int, at place: UnsafeMutablePointer<UInt8>) {
        var rest = value
        for index in stride(from: count - 1, through: 0, by: -1) {
            place[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    /// Reads RFC 3339 (section 5.6) with any offset and any number of decimals; those below a microsecond are cut off, since .NET
    /// writes seven of them, and Java and Go nine. Nil for anything else, an impossible date or a moment outside the years 1 to
    /// 9999. A leap second is not accepted: no moment of ours can be one.
    public init?(_ text: String) {
        var text = text
        guard let moment = text.withUTF8({ Timestamp(utf8: UnsafeRawBufferPointer($0), decimals: .max) }) else { return nil }
        self = moment
    }

    /// Reads what was recorded. Nothing is cut off: with more than six decimals it is no moment that was written here.
    package init?(recorded text: String) {
        var text = text
        guard let moment = text.withUTF8({ Timestamp(recorded: UnsafeRawBufferPointer($0)) }) else { return nil }
        self = moment
    }

    init?(recorded bytes: UnsafeRawBufferPointer) { self.init(utf8: bytes, decimals: 6) }

    /// - Parameter decimals: how many there may be.
    private init?(utf8 bytes: UnsafeRawBufferPointer, decimals: Int) {
        var scanner = DigitScanner(bytes: bytes)
        guard let year = scanner.number(4), scanner.skip("-"), let month = scanner.number(2), scanner.skip("-"),
            let day = scanner.number(2), scanner.skip("T") || scanner.skip("t"), let hour = scanner.number(2), scanner.skip(":"),
            let minute = scanner.number(2), scanner.skip(":"), let second = scanner.number(2),
            let date = CivilDate(year: year, month: month, day: day), year >= 1, hour < 24, minute < 60, second < 60
        else { return nil }
        var micros: Int64 = 0
        if scanner.skip(".") {
            guard let fraction = scanner.fraction(places: 6, atMost: decimals) else { return nil }
            micros = fraction
        }
        var offset: Int64 = 0
        if !(scanner.skip("Z") || scanner.skip("z")) {
            let sign: Int64
            if scanner.skip("+") { sign = 1 } else if scanner.skip("-") { sign = -1 } else { return nil }
            guard let hours = scanner.number(2), scanner.skip(":"), let minutes = scanner.number(2), hours < 24, minutes < 60
            else { return nil }
            offset = sign * (hours * 3_600 + minutes * 60)
        }
        guard scanner.isAtEnd else { return nil }
        let seconds = date.daysSinceEpoch * 86_400 + hour * 3_600 + minute * 60 + second - offset
        let moment = Timestamp(microseconds: seconds * 1_000_000 + micros)
        guard moment >= .earliest, moment <= .latest else { return nil }
        self = moment
    }
}

private struct DigitScanner {
    let bytes: UnsafeRawBufferPointer
    var offset = 0

    var isAtEnd: Bool { offset == bytes.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    mutating func digit() -> Int64? {
        guard offset < bytes.count, case let value = bytes[offset] &- UInt8(ascii: "0"), value < 10 else { return nil }
        offset += 1
        return Int64(value)
    }

    mutating func number(_ count: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<count {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// One to `limit` decimals, as a number of units of the last of `places`; what is below it is cut off.
    mutating func fraction(places: Int, atMost limit: Int) -> Int64? {
        var value: Int64 = 0
        var read = 0
        while let digit = digit() {
            read += 1
            guard read <= limit else { return nil }
            if read <= places { value = value * 10 + digit }
        }
        guard read > 0 else { return nil }
        for _ in min(read, places)..<places { value *= 10 }
        return value
    }
}

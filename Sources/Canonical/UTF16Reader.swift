/// Makes UTF-8 of UTF-16 that comes in pieces (Unicode, section 3.9).
package struct UTF16Reader: Sendable {
    private let isLittleEndian: Bool
    /// Half of a unit, and the first unit of a pair.
    private var half: UInt8?
    private var lead: UInt16?

    package init(isLittleEndian: Bool) { self.isLittleEndian = isLittleEndian }

    /// Nil where a surrogate stands alone.
    package mutating func read(_ bytes: [UInt8]) -> [UInt8]? {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        for byte in bytes {
            guard let first = half else {
                half = byte
                continue
            }
            half = nil
            let (high, low) = isLittleEndian ? (byte, first) : (first, byte)
            guard append(UInt16(high) << 8 | UInt16(low), to: &text) else { return nil }
        }
        return text
    }

    /// False where the last character is not whole.
    package var isWhole: Bool { half == nil && lead == nil }

    private mutating func append(_ unit: UInt16, to text: inout [UInt8]) -> Bool {
        let value: UInt32
        if let first = lead {
            guard UTF16.isTrailSurrogate(unit) else { return false }
            lead = nil
            value = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(unit) - 0xDC00)
        } else if UTF16.isLeadSurrogate(unit) {
            lead = unit
            return true
        } else {
            value = UInt32(unit)
        }
        guard let scalar = Unicode.Scalar(value) else { return false }
        text += UTF8.encode(scalar).map(Array.init) ?? []
        return true
    }
}

import Canonical

/// Where a command stands in a distributed trace: W3C Trace Context (Recommendation of 23 November 2021), section 3.2.
public struct TraceParent: Hashable, Sendable, CustomStringConvertible {
    /// Bytes of the field in version 00.
    private static let length = 55

    /// 32 hexadecimal digits, not all zero.
    public let traceID: String
    /// 16 hexadecimal digits, not all zero.
    public let parentID: String
    /// Bit 0: the caller may have recorded the trace.
    public let flags: UInt8

    /// Nil unless the text is a `traceparent` field. Of versions to come, what version 00 defines is read (section 3.2.4).
    public init?(_ field: String) {
        let bytes = Array(field.utf8)
        guard bytes.count >= Self.length else { return nil }
        guard let version = Self.lowercaseHex(bytes[0..<2]), version != [0xFF],
            version != [0] || bytes.count == Self.length,
            bytes.count == Self.length || bytes[Self.length] == UInt8(ascii: "-"),
            [2, 35, 52].allSatisfy({ bytes[$0] == UInt8(ascii: "-") }),
            let trace = Self.lowercaseHex(bytes[3..<35]), trace.contains(where: { $0 != 0 }),
            let parent = Self.lowercaseHex(bytes[36..<52]), parent.contains(where: { $0 != 0 }),
            let flags = Self.lowercaseHex(bytes[53..<55])
        else { return nil }
        traceID = trace.hex
        parentID = parent.hex
        self.flags = flags[0]
    }

    private static func lowercaseHex(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
        guard !digits.contains(where: { (UInt8(ascii: "A")...UInt8(ascii: "F")).contains($0) }) else { return nil }
        return [UInt8](hex: String(decoding: digits, as: UTF8.self))
    }

    /// The field in version 00.
    public var description: String { "00-\(traceID)-\(parentID)-\([flags].hex)" }
}

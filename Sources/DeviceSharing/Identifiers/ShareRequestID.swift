import Canonical
import Foundation

/// A share request: a UUID of version 7 (RFC 9562, section 5.7), so that identifiers sort by time of submission.
public struct ShareRequestID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let uuid: UUID

    public init(_ uuid: UUID) { self.uuid = uuid }

    /// Nil unless the text is a UUID.
    public init?(_ text: String) {
        var text = text
        guard let uuid = text.withUTF8({ UUID(utf8: UnsafeRawBufferPointer($0)) }) else { return nil }
        self.uuid = uuid
    }

    /// Nil unless the text is a UUID.
    init?(utf8 text: UnsafeRawBufferPointer) {
        guard let uuid = UUID(utf8: text) else { return nil }
        self.uuid = uuid
    }

    /// A new identifier: the moment in milliseconds, and random bits.
    public init(at moment: Timestamp, using generator: inout some RandomNumberGenerator) {
        let milliseconds = UInt64(bitPattern: moment.microseconds / 1_000)
        let high = milliseconds << 16 | 0x7000 | UInt64.random(in: 0...0x0FFF, using: &generator)
        let low = UInt64.random(in: 0...(1 << 62 - 1), using: &generator) | 1 << 63
        var bytes: uuid_t = noBytes
        withUnsafeMutableBytes(of: &bytes) { buffer in
            buffer.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
            buffer.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        uuid = UUID(uuid: bytes)
    }

    public init(at moment: Timestamp = .now) {
        var generator = SystemRandomNumberGenerator()
        self.init(at: moment, using: &generator)
    }

    /// Lowercase, as RFC 9562 writes UUIDs.
    public var description: String {
        let digits = withUnsafeBytes(of: uuid.uuid) { Array($0) }.hex.utf8
        return String(unsafeUninitializedCapacity: 36) { buffer in
            var place = 0
            for (index, digit) in digits.enumerated() {
                if index == 8 || index == 12 || index == 16 || index == 20 {
                    buffer[place] = UInt8(ascii: "-")
                    place += 1
                }
                buffer[place] = digit
                place += 1
            }
            return place
        }
    }

    public static func < (left: ShareRequestID, right: ShareRequestID) -> Bool {
        withUnsafeBytes(of: left.uuid.uuid) { left in
            withUnsafeBytes(of: right.uuid.uuid) { left.lexicographicallyPrecedes($0) }
        }
    }
}

private let noBytes: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)

import Foundation

extension UnsafeRawBufferPointer {
    /// Whether these are the bytes of `text`.
    package func isText(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { isSame(as: UnsafeRawBufferPointer($0)) }
    }

    /// Whether both have the same bytes.
    package func isSame(as other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        guard let start = baseAddress, let otherStart = other.baseAddress else { return true }
        return memcmp(start, otherStart, count) == 0
    }

    /// Looks at eight bytes at a time.
    var isASCII: Bool {
        var (offset, seen) = (0, UInt64(0))
        while offset + 8 <= count {
            seen |= loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            offset += 8
        }
        while offset < count {
            seen |= UInt64(self[offset])
            offset += 1
        }
        return seen & 0x8080_8080_8080_8080 == 0
    }

    /// Where the first quote or backslash stands, from `start` on; `count` where there is none. Looks at eight bytes at a time.
    @inline(__always)
    func firstQuoteOrBackslash(from start: Int) -> Int {
        var offset = start
        while offset + 8 <= count {
            let word = UInt64(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            let found = word.marks(of: UInt8(ascii: "\"")) | word.marks(of: UInt8(ascii: "\\"))
            if found != 0 { return offset + found.trailingZeroBitCount / 8 }
            offset += 8
        }
        while offset < count, self[offset] != UInt8(ascii: "\""), self[offset] != UInt8(ascii: "\\") { offset += 1 }
        return offset
    }
}

extension UInt64 {
    /// A word whose lowest bit set is the highest bit of the lowest byte that equals `byte`; 0 where none does.
    ///
    /// A byte that equals becomes 0, and only from 0 does subtracting 1 set the highest bit of a byte that had it clear. The
    /// borrow can mark bytes above one that equals, never one below.
    @inline(__always)
    fileprivate func marks(of byte: UInt8) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let difference = self ^ (ones &* UInt64(byte))
        return (difference &- ones) & ~difference & (ones << 7)
    }
}

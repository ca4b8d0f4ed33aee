/// How characters are written as bytes, as far as it can be seen from the bytes.
package enum TextEncoding: String, CaseIterable, Sendable {
    case utf16LittleEndian = "UTF-16 (little-endian)"
    case utf16BigEndian = "UTF-16 (big-endian)"
    case utf32 = "UTF-32"
    case windows1252 = "Windows-1252 (or Latin-1)"
    case gb18030 = "GB18030 (or another encoding of East Asia)"
    case big5 = "Big5"
    case shiftJIS = "Shift_JIS"
    case other = "an encoding of one byte for each character"

    /// What the first bytes of a text say by a byte order mark, or by the zero bytes that ASCII has in wider encodings; nil where
    /// they say nothing.
    ///
    /// - Parameter bytes: the first eight bytes or more; fewer of a shorter text.
    package init?(beginning bytes: some Collection<UInt8>) {
        let first = Array(bytes.prefix(8))
        if first.starts(with: [0xFF, 0xFE, 0, 0]) || first.starts(with: [0, 0, 0xFE, 0xFF]) {
            self = .utf32
        } else if first.starts(with: [0xFF, 0xFE]) {
            self = .utf16LittleEndian
        } else if first.starts(with: [0xFE, 0xFF]) {
            self = .utf16BigEndian
        } else {
            guard first.count >= 4 else { return nil }
            let zeros = first.map { $0 == 0 }
            switch (zeros[0], zeros[1], zeros[2], zeros[3]) {
            case (false, true, true, true), (true, true, true, false): self = .utf32
            case (false, true, false, true): self = .utf16LittleEndian
            case (true, false, true, false): self = .utf16BigEndian
            default: return nil
            }
        }
    }

    /// What a text that is not UTF-8 looks like. A guess, for a message: the better the more of it there is.
    package init(likelyOf bytes: some Collection<UInt8>) {
        let runs = HighRuns(bytes)
        if let japanese = runs.japanese, japanese.common * 2 >= japanese.pairs {
            self = .shiftJIS
        } else if runs.single * 10 >= runs.high * 7 {
            // Letters with accents come one at a time, between others.
            self = .windows1252
        } else if let big5 = runs.big5, big5.isCommon, big5.narrow > 0 {
            self = .big5
        } else if runs.gb != nil {
            self = .gb18030
        } else {
            self = .other
        }
    }
}

/// Counts of the bytes above ASCII, and of what they would be as pairs of some encodings.
private struct HighRuns {
    struct Pairs {
        var pairs = 0
        /// Of characters that texts are made of.
        var common = 0
        /// Of characters whose second byte is ASCII, which those of GB 2312 never are.
        var narrow = 0
        var isCommon: Bool { pairs > 0 && common * 10 >= pairs * 8 }
    }

    /// Bytes from 0x80 on.
    private(set) var high = 0
    /// Those with none beside them.
    private(set) var single = 0
    /// Nil where the bytes are not pairs of GB18030 (its four-byte characters are rare and pass over).
    private(set) var gb: Pairs? = Pairs()
    private(set) var big5: Pairs? = Pairs()
    private(set) var japanese: Pairs? = Pairs()

    init(_ bytes: some Collection<UInt8>) {
        let text = Array(bytes.prefix(1 << 16))
        for (index, byte) in text.enumerated() where byte >= 0x80 {
            high += 1
            let before = index > 0 ? text[index - 1] : 0
            let after = index + 1 < text.count ? text[index + 1] : 0
            if before < 0x80, after < 0x80 { single += 1 }
        }
        gb = Self.pairs(text) { lead, trail in
            guard (0x81...0xFE).contains(lead), (0x40...0xFE).contains(trail), trail != 0x7F else { return nil }
            return trail >= 0xA1 && ((0xA1...0xA9).contains(lead) || (0xB0...0xF7).contains(lead))
        }
        big5 = Self.pairs(text) { lead, trail in
            guard (0xA1...0xF9).contains(lead), (0x40...0x7E).contains(trail) || (0xA1...0xFE).contains(trail) else { return nil }
            return (0xA1...0xC6).contains(lead)
        }
        japanese = Self.pairs(text) { lead, trail in
            guard (0x81...0x9F).contains(lead) || (0xE0...0xFC).contains(lead), (0x40...0xFC).contains(trail), trail != 0x7F
            else {
                return nil
            }
            return (0x82...0x83).contains(lead)
        }
    }

    /// - Parameter isCommon: nil where two bytes are no character.
    private static func pairs(_ text: [UInt8], _ isCommon: (UInt8, UInt8) -> Bool?) -> Pairs? {
        var (pairs, index) = (Pairs(), 0)
        while index < text.count {
            guard text[index] >= 0x80 else {
                index += 1
                continue
            }
            guard index + 1 < text.count else { break }
            guard let common = isCommon(text[index], text[index + 1]) else { return nil }
            pairs.pairs += 1
            if common { pairs.common += 1 }
            if text[index + 1] < 0x80 { pairs.narrow += 1 }
            index += 2
        }
        return pairs.pairs > 0 ? pairs : nil
    }
}

/// The text of a file that somebody wrote, from its bytes.
package enum TextFile {
    /// Why bytes are no text in UTF-8.
    package struct Problem: Error, Hashable, Sendable {
        /// A sentence without the file's name, such as `is in UTF-16`.
        package let message: String
        package let advice: String
    }

    /// Throws where the bytes are in another encoding, and says which as far as that can be told.
    package static func decode(_ bytes: [UInt8]) throws(Problem) -> String {
        if !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) { return text }
        throw problem(bytes)
    }

    private static func problem(_ bytes: [UInt8]) -> Problem {
        let encoding = encoding(of: bytes)
        let advice = "Save it in UTF-8: editors ask for the encoding under 'Save as', or in the status line."
        guard let place = String.firstInvalid(in: bytes), encoding.isGuess else {
            return Problem(message: "is \(encoding.phrase), not in UTF-8", advice: advice)
        }
        let line = bytes[..<place].count { $0 == UInt8(ascii: "\n") } + 1
        return Problem(message: "is not in UTF-8 (line \(line)); it seems to be \(encoding.phrase)", advice: advice)
    }

    private static func encoding(of bytes: [UInt8]) -> (phrase: String, isGuess: Bool) {
        if bytes.starts(with: [0xff, 0xfe, 0, 0]) || bytes.starts(with: [0, 0, 0xfe, 0xff]) { return ("in UTF-32", false) }
        if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) { return ("in UTF-16", false) }
        let zeros = bytes.indices.filter { bytes[$0] == 0 }
        if !zeros.isEmpty {
            // The letters of ASCII have a zero byte before or after each.
            let isWide = zeros.count * 4 >= bytes.count && (zeros.allSatisfy { $0 % 2 == 0 } || zeros.allSatisfy { $0 % 2 == 1 })
            return isWide ? ("in UTF-16", false) : ("no text: it holds zero bytes", false)
        }
        guard arePairs(bytes) else { return ("in Windows-1252 or another encoding of one byte a character", true) }
        return ("in GB18030 or Big5", true)
    }

    /// Whether the bytes beyond ASCII come as the encodings of Chinese have them: two together, or four in GB18030.
    private static func arePairs(_ bytes: [UInt8]) -> Bool {
        var place = 0
        while place < bytes.count {
            guard bytes[place] >= 0x80 else {
                place += 1
                continue
            }
            guard (0x81...0xfe).contains(bytes[place]), place + 1 < bytes.count else { return false }
            let second = bytes[place + 1]
            if (0x40...0xfe).contains(second), second != 0x7f {
                place += 2
            } else if (0x30...0x39).contains(second), place + 3 < bytes.count {
                place += 4
            } else {
                return false
            }
        }
        return true
    }
}

extension String {
    /// The place of the first byte that is not UTF-8; nil where all are.
    fileprivate static func firstInvalid(in bytes: [UInt8]) -> Int? {
        var decoder = UTF8()
        var rest = bytes.makeIterator()
        var place = 0
        while true {
            switch decoder.decode(&rest) {
            case .scalarValue(let scalar): place += UTF8.width(scalar)
            case .emptyInput: return nil
            case .error: return place
            }
        }
    }
}

import Canonical

/// The text of a file in UTF-8, a piece at a time. UTF-16 is known from its first bytes, and made UTF-8. CSV in any other encoding
/// is refused before a row is read: a guess could make one of two people's numbers. Of JSON Lines only the line is.
struct ImportText: Sendable {
    let file: FileChunks
    /// Nil: UTF-8.
    let encoding: TextEncoding?

    /// Reads the file once. Throws `file-not-utf8`, which names the line and what the encoding looks like.
    init(_ file: FileChunks, format: DirectoryImport.Format) async throws {
        self.file = file
        var scan = Scan()
        try await file.forEach { bytes, _ in scan.read(bytes) }
        encoding = scan.wide
        switch encoding {
        case nil: guard format == .jsonl || scan.isUTF8 else { throw Self.refusal(file, scan.check.line, scan.likely) }
        case .utf16LittleEndian, .utf16BigEndian: break
        case .utf32, .windows1252, .gb18030, .big5, .shiftJIS, .other:
            throw Self.refusal(file, 1, encoding ?? .utf32)
        }
    }

    /// Calls `body` with each piece in order, and how many bytes of the file there were up to its end.
    func forEach(_ body: (_ text: [UInt8], _ offset: Int) async throws -> Void) async throws {
        guard let encoding else { return try await file.forEach(body) }
        var reader = UTF16Reader(isLittleEndian: encoding == .utf16LittleEndian)
        try await file.forEach { bytes, offset in
            guard let text = reader.read(bytes) else { throw Self.refusal(file, nil, encoding) }
            try await body(text, offset)
        }
        guard reader.isWhole else { throw Self.refusal(file, nil, encoding) }
    }

    private static func refusal(_ file: FileChunks, _ line: Int?, _ encoding: TextEncoding) -> DevshareError {
        let place = line.map { "\(file.path):\($0)" } ?? file.path
        return DevshareError(
            .fileNotUTF8, "\(place) is not UTF-8; it looks like \(encoding.rawValue). No row was read",
            advice: "Save the file as UTF-8, such as by \"CSV UTF-8\" in a spreadsheet, or by iconv.")
    }

    /// What reading a file once tells.
    private struct Scan {
        var check = UTF8Check()
        private var first: [UInt8] = []
        private var isValid = true
        /// Pieces with bytes above ASCII, by which the encoding is guessed.
        private var sample: [UInt8] = []

        private static let sampleSize = 1 << 16

        mutating func read(_ bytes: [UInt8]) {
            if first.count < 8 { first += bytes.prefix(8 - first.count) }
            if isValid { isValid = check.read(bytes) }
            guard sample.count < Self.sampleSize, bytes.contains(where: { $0 >= 0x80 }) else { return }
            sample += bytes.prefix(Self.sampleSize - sample.count)
        }

        var isUTF8: Bool { isValid && check.isWhole }
        var wide: TextEncoding? { TextEncoding(beginning: first) }
        var likely: TextEncoding { TextEncoding(likelyOf: sample) }
    }
}

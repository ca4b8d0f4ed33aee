import Foundation

/// Comma-separated values (RFC 4180) with a header: quoted fields may hold commas, doubled quotes and line breaks. Line ends may
/// be LF or CRLF. Rows without any value are skipped, which spreadsheets leave of rows that were deleted; empty fields are not
/// there. Semicolons, tabs and bars may separate the fields, too: the header's names tell, or a first line `sep=;`.
struct CSVReader: RowReader {
    private enum State {
        /// At the beginning of a field.
        case start
        case plain
        case quoted
        /// Behind a quote in a quoted field: its end, or the first of two.
        case quote
    }

    private var state = State.start
    private var field: [UInt8] = []
    private var record: [String] = []
    private var header: [String]?
    /// Where the header cannot be used no row can be read.
    private var isHopeless = false
    private var size = 0
    /// The line that is being read, and the one where the record began.
    private var line = 1
    private var firstLine = 1
    private var problem: String?
    private var bytesSeen = 0
    /// What stands between two fields; nil until a line with something in it was seen.
    private(set) var separator: CSVSeparator?
    /// The bytes of the line by which it is seen.
    private var opening: [UInt8] = []

    mutating func read(_ bytes: [UInt8]) -> [RawRow] {
        var rows: [RawRow] = []
        for byte in bytes {
            // A byte order mark, which spreadsheets write.
            bytesSeen += 1
            if bytesSeen <= 3, byte == [0xEF, 0xBB, 0xBF][bytesSeen - 1] { continue }
            if separator == nil {
                opening.append(byte)
                if byte == UInt8(ascii: "\n") || opening.count > ImportLimits.row { rows += open() }
            } else if let row = take(byte) {
                rows.append(row)
            }
        }
        return rows
    }

    mutating func finish() -> [RawRow] {
        let rows = opening.isEmpty ? [] : open()
        if state == .quoted { problem = problem ?? "a quoted field is not closed" }
        guard size > 0 || problem != nil else { return rows }
        endField()
        return rows + (endRecord().map { [$0] } ?? [])
    }

    /// Sees from the line read so far what separates fields, and reads it; a line that says only that is none of the table.
    private mutating func open() -> [RawRow] {
        defer { opening.removeAll() }
        if let told = CSVSeparator(toldBy: opening) {
            separator = told
            (line, firstLine) = (line + 1, line + 1)
            return []
        }
        if opening.contains(where: { $0 > UInt8(ascii: " ") }) { separator = CSVSeparator(header: opening) }
        return opening.compactMap { take($0) }
    }

    private mutating func take(_ byte: UInt8) -> RawRow? {
        size += 1
        if size > ImportLimits.row { problem = problem ?? "the row has more than \(ImportLimits.row) bytes" }
        switch (state, byte) {
        case (.quoted, UInt8(ascii: "\"")): state = .quote
        case (.quoted, _):
            if byte == UInt8(ascii: "\n") { line += 1 }
            keep(byte)
        case (.quote, UInt8(ascii: "\"")):
            keep(byte)
            state = .quoted
        case (_, UInt8(ascii: "\n")):
            endField()
            line += 1
            return endRecord()
        case (_, separator?.byte ?? CSVSeparator.comma.byte): endField()
        case (.start, UInt8(ascii: "\"")): state = .quoted
        case (.quote, UInt8(ascii: "\r")): break
        case (.quote, _): problem = problem ?? "something follows the end of a quoted field"
        case (.plain, UInt8(ascii: "\"")):
            problem = problem ?? "a quote stands within a field that is not quoted"
        default:
            state = .plain
            keep(byte)
        }
        return nil
    }

    private mutating func keep(_ byte: UInt8) { if size <= ImportLimits.row { field.append(byte) } }

    private mutating func endField() {
        if state == .plain, field.last == UInt8(ascii: "\r") { field.removeLast() }
        if record.count < ImportLimits.columns {
            // Replacing what is not UTF-8 would make one of different texts.
            let text = String(validating: field, as: UTF8.self)
            if text == nil { problem = problem ?? "the row is not UTF-8" }
            record.append(text ?? "")
        }
        field.removeAll(keepingCapacity: true)
        state = .start
    }

    private mutating func endRecord() -> RawRow? {
        defer {
            record.removeAll(keepingCapacity: true)
            (size, problem, firstLine) = (0, nil, line)
        }
        if isHopeless { return nil }
        if let problem { return failure(problem) }
        guard record.contains(where: { !$0.isBlank }) else { return nil }
        guard let header else { return begin() }
        let beyond = record.dropFirst(header.count)
        guard record.count >= header.count, beyond.allSatisfy(\.isBlank) else {
            return failure("the row has \(record.count) fields, the header \(header.count)")
        }
        let pairs = zip(header, record).filter { !$0.1.isEmpty }
        guard !pairs.contains(where: { $0.0.isEmpty && !$0.1.isBlank }) else {
            return failure("the row has a value in a column without a name")
        }
        let named = pairs.filter { !$0.0.isEmpty }
        return RawRow(line: firstLine, fields: .success(Dictionary(named, uniquingKeysWith: { first, _ in first })))
    }

    /// Takes the record for the header. Whatever is wrong with it is wrong with every row.
    private mutating func begin() -> RawRow? {
        var names = record.map { $0.trimmingCharacters(in: .whitespaces) }
        while names.last?.isEmpty == true { names.removeLast() }
        header = names
        let named = names.filter { !$0.isEmpty }
        let unknown = named.filter { !DirectoryRow.members.contains($0) }
        isHopeless = !unknown.isEmpty || Set(named).count < named.count
        guard unknown.isEmpty else {
            if record.contains(where: { $0.contains("\r") }) {
                return failure("the lines end in carriage returns alone: save the file with line feeds")
            }
            let seen = unknown.count == named.count ? "; no comma, semicolon, tab or bar separates names that a row has" : ""
            return failure(
                "the header names \(unknown.map(DirectoryRow.quotable).joined(separator: ", ")), which no row has\(seen)")
        }
        return isHopeless ? failure("the header names a column twice") : nil
    }

    private func failure(_ message: String) -> RawRow {
        RawRow(line: firstLine, fields: .failure(RowProblem(line: firstLine, message: message)))
    }
}

extension String {
    /// Whether there is nothing but white space.
    fileprivate var isBlank: Bool { allSatisfy(\.isWhitespace) }
}

/// Comma-separated values (RFC 4180) with a header: quoted fields may hold commas, doubled quotes and line breaks. Line ends may
/// be LF or CRLF. Empty lines are skipped, empty fields are not there.
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

    mutating func read(_ bytes: [UInt8]) -> [RawRow] {
        var rows: [RawRow] = []
        for byte in bytes {
            // A byte order mark, which spreadsheets write.
            bytesSeen += 1
            if bytesSeen <= 3, byte == [0xEF, 0xBB, 0xBF][bytesSeen - 1] { continue }
            if let row = take(byte) { rows.append(row) }
        }
        return rows
    }

    mutating func finish() -> [RawRow] {
        if state == .quoted { problem = problem ?? "a quoted field is not closed" }
        guard size > 0 || problem != nil else { return [] }
        endField()
        return endRecord().map { [$0] } ?? []
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
        case (_, UInt8(ascii: ",")): endField()
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
        if record.count < ImportLimits.columns { record.append(String(decoding: field, as: UTF8.self)) }
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
        guard record.count > 1 || record.first?.isEmpty == false else { return nil }
        guard let header else {
            header = record
            // Whatever is wrong with the header is wrong with every row.
            let unknown = record.filter { !DirectoryRow.members.contains($0) }
            isHopeless = !unknown.isEmpty || Set(record).count < record.count
            guard unknown.isEmpty else {
                return failure("the header names \(unknown.map(DirectoryRow.quotable).joined(separator: ", ")), which no row has")
            }
            return isHopeless ? failure("the header names a column twice") : nil
        }
        guard record.count == header.count else {
            return failure("the row has \(record.count) fields, the header \(header.count)")
        }
        let pairs = zip(header, record).filter { !$0.1.isEmpty }
        return RawRow(line: firstLine, fields: .success(Dictionary(pairs, uniquingKeysWith: { first, _ in first })))
    }

    private func failure(_ message: String) -> RawRow {
        RawRow(line: firstLine, fields: .failure(RowProblem(line: firstLine, message: message)))
    }
}

/// What stands between two fields of a row.
enum CSVSeparator: String, CaseIterable, Sendable {
    case comma = ","
    /// Where the comma is for decimals, as in most of Europe.
    case semicolon = ";"
    case tab = "\t"
    case bar = "|"

    var byte: UInt8 {
        switch self {
        case .comma: UInt8(ascii: ",")
        case .semicolon: UInt8(ascii: ";")
        case .tab: UInt8(ascii: "\t")
        case .bar: UInt8(ascii: "|")
        }
    }

    /// For messages.
    var noun: String {
        switch self {
        case .comma: "commas"
        case .semicolon: "semicolons"
        case .tab: "tabs"
        case .bar: "bars"
        }
    }

    /// What a line `sep=;` says, which a spreadsheet takes as the first line of a file and does not show; nil for another line.
    init?(toldBy line: [UInt8]) {
        let text = line.filter { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\"") }
        guard text.count == 5, String(decoding: text.prefix(4), as: UTF8.self).lowercased() == "sep=",
            let found = Self.allCases.first(where: { $0.byte == text[4] })
        else { return nil }
        self = found
    }

    /// The one that gives the most names that rows have; a comma where none does.
    init(header line: [UInt8]) {
        let cut: Set<UInt8> = [UInt8(ascii: "\""), UInt8(ascii: "\r"), UInt8(ascii: "\n"), UInt8(ascii: " ")]
        func names(_ separator: CSVSeparator) -> Int {
            line.split(separator: separator.byte).count { field in
                DirectoryRow.members.contains(String(decoding: field.filter { !cut.contains($0) }, as: UTF8.self))
            }
        }
        self = Self.allCases.reduce(.comma) { names($1) > names($0) ? $1 : $0 }
    }
}

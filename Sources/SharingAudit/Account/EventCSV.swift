import SharingLog

/// Events as lines of CSV (RFC 4180) for spreadsheets.
///
/// Cells that a spreadsheet would take for a formula are altered, so the file is no faithful copy of what it holds; how many there are
/// is counted.
public struct EventCSV {
    /// Cells that were altered so far: an apostrophe stands before what they hold.
    public private(set) var altered = 0

    public init() {}

    public static let header = row([
        "position", "recorded_at", "actor", "role", "stream", "version", "type", "leaf_hash", "data",
    ])

    /// One event as a line.
    public mutating func line(of event: LedgerEvent) -> String {
        let fields = [
            event.position.description, event.recordedAt.description, event.actor ?? "", event.role?.rawValue ?? "",
            event.stream.name,
            String(event.version), event.type, event.leafHash.description,
            event.event == nil ? "" : String(decoding: event.data.canonicalBytes(), as: UTF8.self),
        ]
        altered += fields.count(where: Self.isFormula)
        return Self.row(fields)
    }

    static func row(_ fields: [String]) -> String { fields.map(field).joined(separator: ",") + "\r\n" }

    /// Whether a spreadsheet would take it for a formula and carry it out.
    private static func isFormula(_ text: String) -> Bool {
        text.unicodeScalars.first.map("=+-@\t\r".unicodeScalars.contains) ?? false
    }

    private static func field(_ text: String) -> String {
        var text = text
        if isFormula(text) { text = "'" + text }
        guard text.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}

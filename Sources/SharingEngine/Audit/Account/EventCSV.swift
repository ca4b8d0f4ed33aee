/// Events as lines of CSV (RFC 4180) for spreadsheets.
public enum EventCSV {
    public static let header = line([
        "position", "recorded_at", "actor", "role", "stream", "version", "type", "leaf_hash", "data",
    ])

    /// One event as a line.
    public static func line(of event: LedgerEvent) -> String {
        line([
            event.position.description, event.recordedAt.description, event.actor ?? "", event.role?.rawValue ?? "",
            event.stream.name,
            String(event.version), event.type, event.leafHash.description,
            event.event == nil ? "" : String(decoding: event.data.canonicalBytes(), as: UTF8.self),
        ])
    }

    static func line(_ fields: [String]) -> String { fields.map(field).joined(separator: ",") + "\r\n" }

    private static func field(_ text: String) -> String {
        var text = text
        // A spreadsheet would take it for a formula and carry it out.
        if let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) { text = "'" + text }
        guard text.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}

import SharingLog

/// Events as lines of CSV (RFC 4180) for spreadsheets.
///
/// Cells that a spreadsheet would take for a formula are altered, so the file is no faithful copy of what it holds; how many there are
/// is counted.
public struct EventCSV {
    /// Cells that were altered so far: an apostrophe stands before what they hold.
    public private(set) var altered = 0

    public init() {}

    public static let header = CSVLine.text([
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
        altered += fields.count(where: CSVLine.isFormula)
        return CSVLine.text(fields)
    }
}

import Canonical

/// How a list of users or devices is shown: a table, or each record as JSON.
struct DirectoryColumns {
    /// Each column's heading, and the member of a record that it shows.
    let columns: [(heading: String, member: String)]
    /// What is said where there is no record.
    let none: String

    func show(_ records: [JSONValue], _ settings: Settings) {
        if settings.json { return records.forEach { Output.line($0) } }
        var table = Table(columns.map(\.heading))
        for record in records { table.add(columns.map { record[$0.member]?.stringValue ?? "" }) }
        Output.lines(table.lines(otherwise: none))
    }
}

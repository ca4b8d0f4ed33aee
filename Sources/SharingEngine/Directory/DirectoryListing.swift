import Canonical
import DeviceSharing
import PostgreSQL
import SharingLog

extension SharingEngine {
    /// Records of a page of the directory, at most.
    public static let maximumDirectoryPage = 1_000
    /// Positions that are looked through for one page of changes, at most.
    static let maximumDirectoryWindow: Int64 = 50_000

    /// A page of the directory. See ``DirectoryCursor`` for how to read all of it, and then what changes.
    ///
    /// - Parameters:
    ///   - filter: counts for the whole list alone. Of the changes all are told: else a list that is kept by the filter would not hear
    ///     of a record that has left it.
    ///   - limit: 1 to `maximumDirectoryPage`.
    public func directory<Record: DirectoryRecord>(
        _: Record.Type, _ filter: Record.Filter = Record.Filter(), from cursor: DirectoryCursor = .beginning, limit: Int = 100
    ) async throws -> DirectoryPage<Record> {
        let limit = min(max(limit, 1), Self.maximumDirectoryPage)
        switch cursor {
        // The end is read before the rows, so that these are at least as new.
        case .beginning: return try await list(filter, behind: nil, asOf: endOfLog(), limit: limit)
        case .behind(let name, let point): return try await list(filter, behind: name, asOf: point, limit: limit)
        case .changes(let point): return try await changes(since: point, limit: limit)
        }
    }

    private func list<Record: DirectoryRecord>(
        _ filter: Record.Filter, behind name: String?, asOf point: LogPoint, limit: Int
    ) async throws -> DirectoryPage<Record> {
        let source = Record.source
        var conditions = Conditions()
        conditions.require("ledger = \(conditions.bind(ledger.key))")
        for (column, value) in filter.conditions { conditions.require("\(column) = \(conditions.bind(value))") }
        if let name { conditions.require("\(source.key) > \(conditions.bind(name))") }
        let records: [Record] = try await records(
            Statement(
                "SELECT \(source.columns) FROM \(source.table) WHERE \(conditions.text()) ORDER BY \(source.key) LIMIT \(limit)",
                conditions.parameters))
        let next = records.count == limit ? records.last.map { DirectoryCursor.behind(name: $0.name, asOf: point) } : nil
        return DirectoryPage(records: records, next: next, asOf: point)
    }

    private func changes<Record: DirectoryRecord>(since point: LogPoint, limit: Int) async throws -> DirectoryPage<Record> {
        let source = Record.source
        let end = try await endOfLog()
        let last = min(Position(rawValue: point.position.rawValue + Self.maximumDirectoryWindow), end.position)
        guard point.position < last else { return DirectoryPage(records: [], next: nil, asOf: point) }
        let result = try await pool.withConnection { [ledger] connection in
            try await connection.query(
                """
                SELECT position, stream FROM devshare.event
                 WHERE ledger = $1 AND position > $2 AND position <= $3 AND type = ANY ($4)
                 ORDER BY position LIMIT $5
                """, ledger.key, point.position.rawValue, last.rawValue, source.types, Int64(limit))
        }
        // In the order of the changes, each once.
        var names: [String] = []
        var known: Set<String> = []
        var through = last
        for (place, row) in result.rows.enumerated() {
            let stream: String = try row.decode(1)
            let name = String(stream.dropFirst(source.family.count))
            if known.insert(name).inserted { names.append(name) }
            if place == limit - 1 { through = Position(rawValue: try row.decode(0)) }
        }
        let found: [Record] = try await records(
            Statement(
                "SELECT \(source.columns) FROM \(source.table) WHERE ledger = $1 AND \(source.key) = ANY ($2)",
                [ledger.key, names]))
        let byName = Dictionary(found.map { ($0.name, $0) }) { first, _ in first }
        let asOf = through == end.position ? end : try await self.point(at: through)
        return DirectoryPage(
            records: names.compactMap { byName[$0] }, next: through < end.position ? .changes(since: asOf) : nil, asOf: asOf)
    }

    private func records<Record: DirectoryRecord>(_ statement: Statement) async throws -> [Record] {
        let result = try await pool.withConnection { connection in try await connection.query(statement) }
        return try result.rows.map { try Record(DirectoryTableRow(row: $0)) }
    }
}

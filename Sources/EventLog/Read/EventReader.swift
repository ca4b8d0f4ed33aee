import Canonical
import PostgreSQL

/// Reads a ledger: a stream, or a run of positions.
package struct EventReader: Sendable {
    /// Events in one answer, at most.
    package static let maximumBatch = 10_000

    package let ledger: Ledger
    private let pool: Pool

    package init(ledger: Ledger, pool: Pool) {
        self.ledger = ledger
        self.pool = pool
    }

    /// The events of a stream with versions above `version`, in order.
    package func stream(_ name: String, after version: Int32 = 0) async throws -> [RecordedEvent] {
        try await query(Self.statement(ledger, stream: name, after: version))
    }

    /// The question of `stream(_:after:)`, for a caller that asks more at once.
    package static func statement(_ ledger: Ledger, stream name: String, after version: Int32) -> Statement {
        Statement(
            """
            SELECT \(EventColumns.list) FROM devshare.event
             WHERE ledger = $1 AND stream = $2 AND version > $3
             ORDER BY version
            """, [ledger.key, name, version])
    }

    /// The events of all streams of a family, such as `archive`, stream by stream: for families of few streams.
    package func family(_ name: String) async throws -> [RecordedEvent] {
        // What follows on the slash bounds the names, which sort by their bytes.
        try await query(
            """
            SELECT \(EventColumns.list) FROM devshare.event
             WHERE ledger = $1 AND stream >= $2 AND stream < $3
             ORDER BY stream, version
            """, [ledger.key, name + "/", name + "0"])
    }

    /// Up to `limit` events behind a position, in order.
    package func events(after position: Position, limit: Int = 1_000) async throws -> [RecordedEvent] {
        try await query(
            Self.statement(ledger, ofTypes: [], after: position, through: Position(rawValue: .max), limit: limit))
    }

    /// Asks for up to `limit` events behind a position and not beyond `last`, in order, for a caller that asks more at once.
    /// - Parameter types: only these; empty for all.
    package static func statement(
        _ ledger: Ledger, ofTypes types: [String], after position: Position, through last: Position, limit: Int
    ) -> Statement {
        let bounds: [any PostgresEncodable] = [
            ledger.key, position.rawValue, last.rawValue, Int64(min(max(limit, 1), maximumBatch)),
        ]
        return Statement(
            """
            SELECT \(EventColumns.list) FROM devshare.event
             WHERE ledger = $1 AND position > $2 AND position <= $3\(types.isEmpty ? "" : " AND type = ANY ($5)")
             ORDER BY position LIMIT $4
            """, types.isEmpty ? bounds : bounds + [types])
    }

    /// The events from `first` to `last`, both included.
    package func events(from first: Position, through last: Position) async throws -> [RecordedEvent] {
        try await query(
            """
            SELECT \(EventColumns.list) FROM devshare.event
             WHERE ledger = $1 AND position BETWEEN $2 AND $3
             ORDER BY position
            """, [ledger.key, first.rawValue, last.rawValue])
    }

    /// The last position before the first event behind `position` that was recorded later than a moment; the end of the ledger
    /// where none was.
    /// - Parameter ranges: whose events do not count.
    package func lastPosition(
        before moment: Timestamp, from position: Position, passingOver ranges: [Range<Int64>] = []
    ) async throws -> Position {
        let result = try await pool.withConnection { connection in
            try await connection.query(
                """
                SELECT coalesce((SELECT position - 1 FROM devshare.event
                                  WHERE ledger = $1 AND position > $2 AND recorded_at > $3
                                    AND NOT EXISTS (SELECT FROM unnest($4::bigint[], $5::bigint[]) AS r(first, behind)
                                                     WHERE position >= r.first AND position < r.behind)
                                  ORDER BY position LIMIT 1),
                                (SELECT position FROM devshare.ledger WHERE ledger = $1))
                """, ledger.key, position.rawValue, moment, ranges.map(\.lowerBound), ranges.map(\.upperBound))
        }
        return Position(rawValue: try result.rows.first?.decode(0) ?? 0)
    }

    /// Lends `body` the events behind `position`, to `last` or the end, as one long answer of the database: the fastest way
    /// to read many. It is what the ledger holds at the begin, and takes a connection of the pool until `body` returns.
    package nonisolated(nonsending) func copy<Value>(
        after position: Position = .start, through last: Position? = nil,
        _ body: nonisolated(nonsending) (LedgerCopy) async throws -> Value
    ) async throws -> Value {
        // COPY takes no parameters; what is written into its text are numbers.
        let end = last.map { " AND position <= \($0.rawValue)" } ?? ""
        let sql = """
            COPY (SELECT \(EventColumns.list) FROM devshare.event
                   WHERE ledger = \(ledger.key) AND position > \(position.rawValue)\(end)
                   ORDER BY position)
              TO STDOUT (FORMAT binary)
            """
        return try await pool.withConnection { connection in
            try await body(LedgerCopy(rows: connection.copyOut(sql, withoutTimeout: true)))
        }
    }

    /// The same of a run of positions, on a connection that the caller has, such as within a transaction.
    package static func copy(_ ledger: Ledger, from first: Int64, through last: Int64, on connection: Connection) -> LedgerCopy {
        let sql = """
            COPY (SELECT \(EventColumns.list) FROM devshare.event
                   WHERE ledger = \(ledger.key) AND position BETWEEN \(first) AND \(last)
                   ORDER BY position)
              TO STDOUT (FORMAT binary)
            """
        return LedgerCopy(rows: connection.copyOut(sql))
    }

    func query(_ sql: String, _ parameters: [any PostgresEncodable]) async throws -> [RecordedEvent] {
        try await query(Statement(sql, parameters))
    }

    private func query(_ statement: Statement) async throws -> [RecordedEvent] {
        let result = try await pool.withConnection { connection in try await connection.query(statement) }
        return try result.rows.map(EventColumns.decode)
    }
}

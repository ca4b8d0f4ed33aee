import PostgreSQL

/// Reads a ledger: a stream, or a run of positions.
package struct EventReader: Sendable {
    /// Events in one answer, at most.
    package static let largestBatch = 10_000

    package let ledger: Ledger
    private let pool: Pool

    package init(ledger: Ledger, pool: Pool) {
        self.ledger = ledger
        self.pool = pool
    }

    /// The events of a stream with versions above `version`, in order.
    package func stream(_ name: String, after version: Int32 = 0) async throws -> [RecordedEvent] {
        try await query(
            """
            SELECT \(EventColumns.list) FROM devshare.event
             WHERE ledger = $1 AND stream = $2 AND version > $3
             ORDER BY version
            """, [ledger.key, name, version])
    }

    /// Up to `limit` events behind a position, in order.
    package func events(after position: Position, limit: Int = 1_000) async throws -> [RecordedEvent] {
        try await query(
            """
            SELECT \(EventColumns.list) FROM devshare.event
             WHERE ledger = $1 AND position > $2
             ORDER BY position LIMIT $3
            """, [ledger.key, position.rawValue, Int64(min(max(limit, 1), Self.largestBatch))])
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

    private func query(_ sql: String, _ parameters: [any PostgresEncodable]) async throws -> [RecordedEvent] {
        let statement = Statement(sql, parameters)
        let result = try await pool.withConnection { connection in try await connection.query(statement) }
        return try result.rows.map(EventColumns.decode)
    }
}

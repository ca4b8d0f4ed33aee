import Canonical
import PostgreSQL

/// Which events to look for, the newest first.
package struct EventSearch: Sendable {
    /// Only these types; empty for all.
    package var types: [String] = []
    /// Only this stream.
    package var stream: String?
    /// Only those whose metadata name this actor.
    package var actor: String?
    /// Only behind this position.
    package var after: Position
    /// Only before this position.
    package var before: Position
    package var limit: Int

    package init(
        types: [String] = [], stream: String? = nil, actor: String? = nil, after: Position, before: Position, limit: Int
    ) {
        self.types = types
        self.stream = stream
        self.actor = actor
        self.after = after
        self.before = before
        self.limit = limit
    }
}

extension EventReader {
    /// The events that a search is for, the newest first. Without a stream it reads all positions between its ends, which the
    /// caller keeps close to each other: neither type nor actor has an index.
    package func events(matching search: EventSearch) async throws -> [RecordedEvent] {
        // Two statements, since each has its own index.
        let (condition, order) = search.stream == nil ? ("$7::text IS NULL", "position") : ("stream = $7", "version")
        return try await query(
            """
            SELECT \(EventColumns.list) FROM devshare.event
             WHERE ledger = $1 AND position > $2 AND position < $3
               AND (cardinality($4::text[]) = 0 OR type = ANY ($4))
               AND ($5::text IS NULL OR metadata::jsonb ->> 'actor' = $5)
               AND \(condition)
             ORDER BY \(order) DESC LIMIT $6
            """,
            [
                ledger.key, search.after.rawValue, search.before.rawValue, search.types, search.actor,
                Int64(min(max(search.limit, 1), Self.maximumBatch)), search.stream,
            ])
    }
}

import Canonical
import EventLog
import PostgreSQL
import Transparency

/// Reads what the database keeps of a ledger's tree: tiles and checkpoints.
struct TreeQueries: Sendable {
    let ledger: Ledger

    /// The newest checkpoint of at most that many events.
    func latest(upTo size: Int64 = .max) -> Statement {
        Statement(
            """
            SELECT \(SealedCheckpoint.columns) FROM devshare.checkpoint
             WHERE ledger = $1 AND size <= $2
             ORDER BY size DESC LIMIT 1
            """, [ledger.key, size])
    }

    /// The oldest checkpoint of at least that many events.
    func first(from size: Int64) -> Statement {
        Statement(
            """
            SELECT \(SealedCheckpoint.columns) FROM devshare.checkpoint
             WHERE ledger = $1 AND size >= $2
             ORDER BY size LIMIT 1
            """, [ledger.key, size])
    }

    /// Checkpoints in a run of sizes, in order.
    func checkpoints(after size: Int64, upTo last: Int64, limit: Int64 = .max) -> Statement {
        Statement(
            """
            SELECT \(SealedCheckpoint.columns) FROM devshare.checkpoint
             WHERE ledger = $1 AND size > $2 AND size <= $3
             ORDER BY size LIMIT $4
            """, [ledger.key, size, last, limit])
    }

    /// A look-up for each, by a fence (`OFFSET 0`): see `StateLoader`.
    func tiles(_ coordinates: [TileCoordinate]) -> Statement {
        Statement(
            """
            SELECT t.level, t.tile, t.hashes
              FROM unnest($2::smallint[], $3::bigint[]) AS c(level, tile)
             CROSS JOIN LATERAL (
                SELECT level, tile, hashes FROM devshare.tile
                 WHERE ledger = $1 AND level = c.level AND tile = c.tile OFFSET 0) t
            """,
            [ledger.key, coordinates.map { Int16(clamping: $0.level) }, coordinates.map { Int64(clamping: $0.index) }])
    }

    static func tiles(_ result: QueryResult) throws -> TileSet {
        var tiles = TileSet()
        for row in result.rows {
            let (level, index, bytes): (Int16, Int64, [UInt8]) = (
                try row.decode(0), try row.decode(1), try row.decode(2)
            )
            guard let hashes = [Digest](concatenated: bytes) else {
                throw PostgreSQLError(.decodingFailed, "a tile has \(bytes.count) bytes, which is no number of hashes")
            }
            tiles[TileCoordinate(level: Int(level), index: UInt64(index))] = hashes
        }
        return tiles
    }

    /// The tiles at these coordinates, those that are there.
    func tiles(_ coordinates: [TileCoordinate], on connection: Connection) async throws -> TileSet {
        guard !coordinates.isEmpty else { return TileSet() }
        return try Self.tiles(await connection.query(tiles(coordinates)))
    }
}

import Canonical
import PostgreSQL
import SharingLog

extension SharingEngine {
    /// Where the log ends.
    public func endOfLog() async throws -> LogPoint { try await outlook(from: .start, distance: .max).reach ?? .start }

    /// Whether the log holds a point: false where it is another log than the point was made of, or one that has lost its end since.
    public func holds(_ point: LogPoint) async throws -> Bool {
        guard point != .start else { return true }
        return try await leafHash(at: point.position).map { LogPoint(point.position, leafHash: $0) } == point
    }

    /// The point at a position that the log has.
    func point(at position: Position) async throws -> LogPoint {
        guard position > .start else { return .start }
        guard let hash = try await leafHash(at: position) else {
            throw EngineError(.logUnreadable, "the log has no event at position \(position)")
        }
        return LogPoint(position, leafHash: hash)
    }

    private func leafHash(at position: Position) async throws -> Digest? {
        let result = try await pool.withConnection { connection in
            try await connection.query(
                "SELECT leaf_hash FROM devshare.event WHERE ledger = $1 AND position = $2", ledger.key, position.rawValue)
        }
        let hash: [UInt8]? = try result.rows.first?.decode(0)
        return hash.flatMap { Digest(bytes: $0) }
    }
}

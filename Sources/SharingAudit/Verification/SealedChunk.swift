import Canonical
import EventLog
import PostgreSQL
import Transparency

/// What was sealed of a chunk.
struct SealedChunk: Sendable {
    /// Hashes of the chunk's first events.
    let leaves: [Digest]
    /// Roots of its full tiles, as they are stored.
    let roots: [Digest]
    let number: Int64
    var findings = AuditFindings()

    init(_ number: Int64, sealed: Int64, ledger: Ledger, pool: Pool) async throws {
        let width = Int64(TileCoordinate.fullWidth)
        let count = min(max(0, sealed - number * ChunkVerifier.size), ChunkVerifier.size)
        let tiles = (count + width - 1) / width
        let bottom = (0..<tiles).map { TileCoordinate(level: 0, index: UInt64(number * width + $0)) }
        let above = TileCoordinate(level: 1, index: UInt64(number))
        let queries = TreeQueries(ledger: ledger)
        let stored = try await pool.withConnection { connection in
            try await queries.tiles(bottom + [above], on: connection)
        }
        self.number = number
        var leaves: [Digest] = []
        leaves.reserveCapacity(Int(count))
        for (place, coordinate) in bottom.enumerated() {
            let wanted = Int(min(width, count - Int64(place) * width))
            guard let hashes = stored[coordinate], hashes.count >= wanted else {
                findings.add(
                    AuditFinding(
                        .tileDiffers, at: Position(rawValue: number * ChunkVerifier.size + Int64(leaves.count) + 1),
                        "\(coordinate) has \(stored[coordinate]?.count ?? 0) hashes where \(wanted) were sealed"))
                break
            }
            leaves += hashes.prefix(wanted)
        }
        self.leaves = leaves
        roots = Array((stored[above] ?? []).prefix(Int(count / width)))
        if roots.count < Int(count / width) {
            findings.add(
                AuditFinding(
                    .tileDiffers, at: Position(rawValue: number * ChunkVerifier.size + 1),
                    "\(above) has \(roots.count) hashes where \(count / width) were sealed"))
        }
    }
}

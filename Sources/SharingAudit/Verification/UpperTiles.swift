import Canonical
import EventLog
import PostgreSQL
import Transparency

/// Checks the tiles above those that chunks check: each hash is the root of a full tile of the level below.
struct UpperTiles: Sendable {
    let ledger: Ledger
    let pool: Pool
    let sealed: Int64

    func findings() async throws -> AuditFindings {
        var findings = AuditFindings()
        var level = 2
        var covered = ChunkVerifier.size
        while covered <= sealed {
            let count = sealed / covered
            let width = Int64(TileCoordinate.fullWidth)
            for tile in 0..<(count + width - 1) / width {
                try await compare(level: level, tile: tile, width: Int(min(width, count - tile * width)), &findings)
            }
            level += 1
            covered *= width
        }
        return findings
    }

    private func compare(level: Int, tile: Int64, width: Int, _ findings: inout AuditFindings) async throws {
        let queries = TreeQueries(ledger: ledger)
        let coordinate = TileCoordinate(level: level, index: UInt64(tile))
        let below = (0..<UInt64(width)).map {
            TileCoordinate(level: level - 1, index: UInt64(tile) * UInt64(TileCoordinate.fullWidth) + $0)
        }
        let tiles = try await pool.withConnection { connection in
            try await queries.tiles([coordinate] + below, on: connection)
        }
        let stored = tiles[coordinate] ?? []
        for (place, child) in below.enumerated() {
            guard let hashes = tiles[child], hashes.count == TileCoordinate.fullWidth, place < stored.count,
                MerkleTree.root(hashes) == stored[place]
            else {
                findings.add(
                    AuditFinding(
                        .tileDiffers, at: nil,
                        "\(coordinate) has another hash at place \(place) than \(child) gives, or one is missing"))
                continue
            }
        }
    }
}

import Canonical
import PostgreSQL
import SharingLog
import Transparency

/// That an event is in a tree, with all that a verifier needs besides the event and a checkpoint.
public struct EventInclusion: Hashable, Sendable {
    public let position: Position
    public let leafHash: Digest
    /// Events in the tree that the proof leads to.
    public let size: UInt64
    public let proof: InclusionProof
}

extension LedgerHandle {
    /// The newest checkpoint; nil before the first.
    public func latestCheckpoint() async throws -> SealedCheckpoint? {
        try await rows(tree.latest()).first.map(SealedCheckpoint.init)
    }

    /// The first checkpoint that covers a position; nil where it is not sealed yet.
    public func checkpoint(covering position: Position) async throws -> SealedCheckpoint? {
        try await rows(tree.first(from: position.rawValue)).first.map(SealedCheckpoint.init)
    }

    /// Checkpoints behind a size, in order.
    /// - Parameter limit: 1 to 10,000.
    public func checkpoints(after size: UInt64, limit: Int = 1_000) async throws -> [SealedCheckpoint] {
        let limit = Int64(min(max(limit, 1), 10_000))
        return try await rows(tree.checkpoints(after: Int64(clamping: size), upTo: .max, limit: limit)).map(
            SealedCheckpoint.init)
    }

    /// That an event is in the tree of `size` events, which must have been sealed. Throws `not-sealed`.
    public func inclusionProof(of position: Position, inTreeOfSize size: UInt64) async throws -> EventInclusion {
        guard position > .start, position.rawValue <= Int64(clamping: size) else {
            throw EngineError(.notSealed, "position \(position) is not in a tree of \(size) events")
        }
        let index = UInt64(position.rawValue - 1)
        let plan = try ProofPlan.inclusion(of: index, in: size)
        let leaf = TreeNode(level: 0, index: index)
        let tiles = try await tiles(for: plan.nodes + [leaf])
        do throws(TransparencyError) {
            let hashes = try plan.hashes { node throws(TransparencyError) in try tiles.hash(of: node) }
            return EventInclusion(
                position: position, leafHash: try tiles.hash(of: leaf), size: size,
                proof: InclusionProof(hashes: hashes))
        } catch {
            throw EngineError(.notSealed, "a tree of \(size) events has not been sealed (\(error))")
        }
    }

    /// That the tree of `newSize` events extends that of `oldSize`; both must have been sealed. Throws `not-sealed`, and
    /// `TransparencyError` where the sizes make no sense.
    public func consistencyProof(from oldSize: UInt64, to newSize: UInt64) async throws -> ConsistencyProof {
        let plan = try ProofPlan.consistency(from: oldSize, to: newSize)
        let tiles = try await tiles(for: plan.nodes)
        do throws(TransparencyError) {
            return ConsistencyProof(
                hashes: try plan.hashes { node throws(TransparencyError) in try tiles.hash(of: node) })
        } catch {
            throw EngineError(.notSealed, "a tree of \(newSize) events has not been sealed (\(error))")
        }
    }

    /// The root of the tree of `size` events, which must have been sealed. Throws `not-sealed`.
    public func root(ofTreeOfSize size: UInt64) async throws -> Digest {
        let tiles = try await tiles(for: TreeNode.covering(0..<size))
        do throws(TransparencyError) {
            return try tiles.root(ofTreeOfSize: size)
        } catch {
            throw EngineError(.notSealed, "a tree of \(size) events has not been sealed (\(error))")
        }
    }

    /// The first `width` hashes of a tile, 32 bytes each (c2sp.org/tlog-tiles); nil where so many have not been sealed.
    public func tile(_ coordinate: TileCoordinate, width: Int) async throws -> [UInt8]? {
        let (query, wanted) = (tree, width * Digest.byteCount)
        let tiles = try await pool.withConnection { connection in try await query.tiles([coordinate], on: connection) }
        guard (1...TileCoordinate.fullWidth).contains(width), let hashes = tiles[coordinate], hashes.count >= width
        else { return nil }
        return Array(hashes.concatenated.prefix(wanted))
    }

    private var tree: TreeQueries { TreeQueries(ledger: ledger) }

    func tiles(for nodes: [TreeNode]) async throws -> TileSet {
        let (query, coordinates) = (tree, TileSet.coordinates(for: nodes))
        return try await pool.withConnection { connection in try await query.tiles(coordinates, on: connection) }
    }

    private func rows(_ statement: Statement) async throws -> QueryResult.Rows {
        try await pool.withConnection { connection in try await connection.query(statement) }.rows
    }
}

import Canonical

/// Tiles at hand, from which the hash of any subtree that they cover can be had.
package struct TileSet: Sendable {
    private var tiles: [TileCoordinate: [Digest]] = [:]

    package init() {}

    package subscript(coordinate: TileCoordinate) -> [Digest]? {
        get { tiles[coordinate] }
        set { tiles[coordinate] = newValue }
    }

    /// The first `width` hashes of a tile. Throws `tile-missing`.
    package func hashes(of coordinate: TileCoordinate, width: Int) throws(TransparencyError) -> [Digest] {
        guard let hashes = tiles[coordinate], hashes.count >= width else {
            throw TransparencyError(
                .tileMissing, "\(coordinate) has \(tiles[coordinate]?.count ?? 0) hashes where \(width) are needed")
        }
        return hashes.count == width ? hashes : Array(hashes[..<width])
    }

    /// The root of a perfect subtree. Throws `tile-missing`.
    package func hash(of node: TreeNode) throws(TransparencyError) -> Digest {
        let coordinate = TileCoordinate(holding: node)
        let height = node.level % TileCoordinate.height
        let count = 1 << height
        let first = Int((node.index << UInt64(height)) % UInt64(TileCoordinate.fullWidth))
        let hashes = try hashes(of: coordinate, width: first + count)
        return count == 1 ? hashes[first] : MerkleTree.root(hashes[first...])
    }

    /// The root of the tree of that size. Throws `tile-missing`.
    package func root(ofTreeOfSize size: UInt64) throws(TransparencyError) -> Digest {
        try ProofPlan.root(of: 0..<size) { node throws(TransparencyError) in try hash(of: node) }
    }

    /// The tiles that hold the hashes of subtrees, each once.
    package static func coordinates(for nodes: [TreeNode]) -> [TileCoordinate] {
        Array(Set(nodes.map(TileCoordinate.init(holding:))))
    }
}

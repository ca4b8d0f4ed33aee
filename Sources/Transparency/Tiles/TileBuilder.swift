import Canonical

/// Appends leaves to a tree that is kept as tiles. It holds the tiles of the right edge, one for each level: 8 KiB for each
/// factor of 256 in the tree's size.
package struct TileBuilder: Sendable {
    /// A tile that has more hashes than before.
    package struct GrownTile: Hashable, Sendable {
        package let coordinate: TileCoordinate
        /// The tile's hashes from its beginning on.
        package let hashes: [Digest]
    }

    package private(set) var size: UInt64

    /// The tiles of the right edge, by level; full ones have left it.
    private var edge: [[Digest]]
    /// Levels that have grown since they were taken.
    private var hasGrown: [Bool]
    private var full: [GrownTile] = []

    /// An empty tree.
    package init() { (size, edge, hasGrown) = (0, [], []) }

    /// A tree whose right edge is stored. Throws `tile-missing` where one of its tiles is not there.
    package init(size: UInt64, tiles: TileSet) throws(TransparencyError) {
        self.init()
        self.size = size
        for coordinate in Self.edge(ofTreeOfSize: size) {
            let width = coordinate.width(inTreeOfSize: size)
            edge.append(width > 0 ? try tiles.hashes(of: coordinate, width: width) : [])
            hasGrown.append(false)
        }
    }

    /// The tiles at which a tree of that size grows, from level 0 up; those of width 0 begin with the next hash.
    package static func edge(ofTreeOfSize size: UInt64) -> [TileCoordinate] {
        var coordinates: [TileCoordinate] = []
        var complete = size
        while complete > 0 {
            coordinates.append(
                TileCoordinate(level: coordinates.count, index: complete / UInt64(TileCoordinate.fullWidth)))
            complete /= UInt64(TileCoordinate.fullWidth)
        }
        return coordinates
    }

    package mutating func append(_ leafHash: Digest) {
        append(leafHash, level: 0)
        size += 1
    }

    private mutating func append(_ hash: Digest, level: Int) {
        if level == edge.count {
            edge.append([])
            hasGrown.append(false)
        }
        edge[level].append(hash)
        hasGrown[level] = true
        guard edge[level].count == TileCoordinate.fullWidth else { return }
        let index = size >> UInt64(TileCoordinate.height * (level + 1))
        full.append(GrownTile(coordinate: TileCoordinate(level: level, index: index), hashes: edge[level]))
        let root = MerkleTree.root(edge[level])
        edge[level].removeAll(keepingCapacity: true)
        hasGrown[level] = false
        append(root, level: level + 1)
    }

    /// The tiles that have grown since they were last taken.
    package mutating func takeGrown() -> [GrownTile] {
        defer {
            full.removeAll()
            hasGrown = hasGrown.map { _ in false }
        }
        return full
            + edge.indices.filter { hasGrown[$0] }.map { level in
                let index = size >> UInt64(TileCoordinate.height * (level + 1))
                return GrownTile(coordinate: TileCoordinate(level: level, index: index), hashes: edge[level])
            }
    }

    /// Full tiles that wait to be taken: whoever appends millions takes them now and then.
    package var waiting: Int { full.count }

    /// The Merkle Tree Hash of the leaves so far.
    package var root: Digest {
        var root: Digest?
        for hashes in edge where !hashes.isEmpty {
            var frontier = Frontier()
            for hash in hashes { frontier.append(hash) }
            guard let right = root else {
                root = frontier.root
                continue
            }
            root = frontier.peaks.reversed().reduce(right) { MerkleTree.nodeHash($1, $0) }
        }
        return root ?? MerkleTree.emptyRoot
    }
}

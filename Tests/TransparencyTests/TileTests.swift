import Canonical
import TestSupport
import Testing

@testable import Transparency

@Suite struct TileTests {
    /// Leaves of a tree with two full levels and a bit, kept cheap by being few different ones.
    private static let leaves = (0..<66_000).map {
        NaiveTree.hash([UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)])
    }

    private static func build(_ sizes: [Int]) throws -> (tiles: TileSet, roots: [Int: Digest]) {
        var (tiles, roots) = (TileSet(), [Int: Digest]())
        var builder = TileBuilder()
        for size in sizes {
            for leaf in leaves[Int(builder.size)..<size] { builder.append(leaf) }
            roots[size] = builder.root
            for tile in builder.takeGrown() { tiles[tile.coordinate] = tile.hashes }
            // As another process would that goes on with what is stored.
            builder = try TileBuilder(size: UInt64(size), tiles: tiles)
        }
        return (tiles, roots)
    }

    @Test func aTreeKeptAsTilesHasTheRootOfTheDefinition() throws {
        let sizes = [1, 2, 255, 256, 257, 511, 512, 4_095, 40_000, 65_535, 65_536, 65_537, 66_000]
        let (tiles, roots) = try Self.build(sizes)
        for size in sizes {
            let root = NaiveTree.root(Self.leaves[..<size])
            #expect(roots[size] == root)
            #expect(try tiles.root(ofTreeOfSize: UInt64(size)) == root)
        }
        #expect(TileBuilder().root == MerkleTree.emptyRoot)
    }

    @Test func proofsComeFromAHandfulOfTiles() throws {
        let (tiles, _) = try Self.build([66_000])
        var random = SeededGenerator()
        for _ in 0..<30 {
            let size = random.below(Self.leaves.count) + 1
            let index = random.below(size)
            let plan = try ProofPlan.inclusion(of: UInt64(index), in: UInt64(size))
            let needed = TileSet.coordinates(for: plan.nodes)
            #expect(needed.count <= 6, "\(random)")
            var few = TileSet()
            for coordinate in needed { few[coordinate] = tiles[coordinate] }
            let hashes = try plan.hashes { node throws(TransparencyError) in try few.hash(of: node) }
            #expect(hashes == NaiveTree.path(index, Self.leaves[..<size]), "\(random)")

            let old = random.below(size) + 1
            let consistency = try ProofPlan.consistency(from: UInt64(old), to: UInt64(size))
            let joined = try consistency.hashes { node throws(TransparencyError) in try tiles.hash(of: node) }
            #expect(joined == NaiveTree.proof(old, Self.leaves[..<size]), "\(random)")
        }
    }

    @Test func onlyWhatHasGrownIsWrittenAgain() throws {
        var builder = TileBuilder()
        for leaf in Self.leaves[..<700] { builder.append(leaf) }
        #expect(
            Set(builder.takeGrown().map { $0.coordinate.path() }) == [
                "tile/0/000", "tile/0/001", "tile/0/002", "tile/1/000",
            ])
        builder.append(Self.leaves[700])
        #expect(builder.takeGrown().map { $0.coordinate.path() } == ["tile/0/002"])
        #expect(builder.takeGrown().isEmpty)
    }

    @Test func aMissingTileIsNamed() throws {
        let error = #expect(throws: TransparencyError.self) { try TileBuilder(size: 300, tiles: TileSet()) }
        #expect(error?.code == .tileMissing)
        #expect(error?.message.contains("tile/0/001") == true)
    }

    /// The example of the specification: a tree of 70,000 leaves.
    @Test func widthsAreThoseOfTheSpecification() {
        #expect(TileCoordinate(level: 0, index: 272).width(inTreeOfSize: 70_000) == 256)
        #expect(TileCoordinate(level: 0, index: 273).width(inTreeOfSize: 70_000) == 112)
        #expect(TileCoordinate(level: 0, index: 274).width(inTreeOfSize: 70_000) == 0)
        #expect(TileCoordinate(level: 1, index: 0).width(inTreeOfSize: 70_000) == 256)
        #expect(TileCoordinate(level: 1, index: 1).width(inTreeOfSize: 70_000) == 17)
        #expect(TileCoordinate(level: 2, index: 0).width(inTreeOfSize: 70_000) == 1)
        #expect(TileCoordinate(level: 63, index: .max).width(inTreeOfSize: .max) == 0)
    }

    @Test func pathsAreThoseOfTheSpecification() {
        #expect(TileCoordinate(level: 0, index: 1_234_067).path() == "tile/0/x001/x234/067")
        #expect(TileCoordinate(level: 1, index: 7).path(width: 17) == "tile/1/007.p/17")
    }

    @Test func pathsReadBackAndNothingElseDoes() throws {
        var random = SeededGenerator()
        for _ in 0..<500 {
            let coordinate = TileCoordinate(
                level: random.below(64), index: random.number(UInt64.self) >> UInt64(random.below(64)))
            let width = random.below(256) + 1
            let parsed = try #require(TileCoordinate.parse(path: coordinate.path(width: width)), "\(random)")
            #expect(parsed.coordinate == coordinate && parsed.width == width, "\(random)")
        }
        for path in [
            "", "tile", "tile/0", "tile/0/", "tile/00/000", "tile/64/000", "tile/-1/000", "tile/0/1", "tile/0/0001",
            "tile/0/x000/001",
            "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/", "tile/0/+01", "tile/0/000/",
            "/tile/0/000",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999", "tile/0/٠٠٠", "tile/0/.p/3",
        ] {
            #expect(TileCoordinate.parse(path: path) == nil, "\(path)")
        }
    }
}

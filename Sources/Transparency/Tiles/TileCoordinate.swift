/// Where a tile stands (c2sp.org/tlog-tiles): a tile holds up to 256 hashes of one level of the tree, side by side.
public struct TileCoordinate: Hashable, Sendable, CustomStringConvertible {
    /// Levels of the tree that a tile spans.
    public static let height = 8
    /// Hashes in a full tile.
    public static let fullWidth = 1 << height
    /// The highest level of tiles that a path may name.
    public static let highestLevel = 63

    /// Level among tiles: its hashes cover `256^level` leaves each.
    public let level: Int
    /// Place in the level, from the left.
    public let index: UInt64

    public init(level: Int, index: UInt64) {
        self.level = level
        self.index = index
    }

    /// The tile that has the hash of a subtree, or the hashes that it is made of.
    package init(holding node: TreeNode) {
        level = node.level / Self.height
        index = node.index >> UInt64(Self.height - node.level % Self.height)
    }

    /// Hashes that the tile has in a tree of `size` leaves: 0 to 256.
    public func width(inTreeOfSize size: UInt64) -> Int {
        let shift = UInt64(Self.height * level)
        let complete = shift < 64 ? size >> shift : 0
        let (first, overflow) = index.multipliedReportingOverflow(by: UInt64(Self.fullWidth))
        guard !overflow, complete > first else { return 0 }
        return Int(min(complete - first, UInt64(Self.fullWidth)))
    }

    /// `tile/<level>/<index>` with `.p/<width>` where the tile is not full.
    public func path(width: Int = fullWidth) -> String {
        var elements: [String] = []
        var rest = index
        repeat {
            let digits = String(rest % 1_000)
            let element = String(repeating: "0", count: 3 - digits.count) + digits
            elements.append(elements.isEmpty ? element : "x" + element)
            rest /= 1_000
        } while rest > 0
        let path = "tile/\(level)/" + elements.reversed().joined(separator: "/")
        return width == Self.fullWidth ? path : path + ".p/\(width)"
    }

    public var description: String { path() }
}

extension TileCoordinate {
    /// Reads a path as `path` writes it; nil for anything else, such as leading zeros that do not belong there.
    public static func parse(path: String) -> (coordinate: TileCoordinate, width: Int)? {
        var elements = path.split(separator: "/", omittingEmptySubsequences: false)[...]
        guard elements.popFirst() == "tile", let level = elements.popFirst().flatMap({ Int($0) }),
            (0...highestLevel).contains(level)
        else { return nil }
        var width = fullWidth
        if elements.count >= 2, elements.dropLast().last?.hasSuffix(".p") == true {
            guard let partial = elements.popLast().flatMap({ Int($0) }), (1..<fullWidth).contains(partial),
                let last = elements.popLast()
            else { return nil }
            width = partial
            elements.append(last.dropLast(2))
        }
        var index: UInt64 = 0
        for (place, element) in elements.enumerated() {
            let digits = place == elements.count - 1 ? element : element.dropFirst()
            guard digits.utf8.count == 3, let value = UInt64(digits) else { return nil }
            let (product, overflow) = index.multipliedReportingOverflow(by: 1_000)
            guard !overflow, product <= UInt64.max - value else { return nil }
            index = product + value
        }
        let coordinate = TileCoordinate(level: level, index: index)
        // What reads alike but is written otherwise is another path.
        guard coordinate.path(width: width).utf8.elementsEqual(path.utf8) else { return nil }
        return (coordinate, width)
    }
}

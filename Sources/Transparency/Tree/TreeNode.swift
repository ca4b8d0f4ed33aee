/// A node whose subtree is perfect: it covers the leaves `index << level ..< (index + 1) << level`.
package struct TreeNode: Hashable, Sendable {
    /// Height above the leaves.
    package let level: Int
    /// Place in its level, from the left.
    package let index: UInt64

    package init(level: Int, index: UInt64) {
        self.level = level
        self.index = index
    }

    /// The perfect subtrees that make up the leaves `range`, the largest possible, from the left.
    package static func covering(_ range: Range<UInt64>) -> [TreeNode] {
        var nodes: [TreeNode] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let level = min(start == 0 ? 63 : start.trailingZeroBitCount, (range.upperBound - start).highestBit)
            nodes.append(TreeNode(level: level, index: start >> UInt64(level)))
            start += 1 << UInt64(level)
        }
        return nodes
    }
}

extension UInt64 {
    /// Place of the highest bit that is set, from 0; meaningless for zero.
    var highestBit: Int { UInt64.bitWidth - 1 - leadingZeroBitCount }

    /// The largest power of two that is smaller, for numbers above 1: where RFC 6962 splits a tree of that many leaves.
    var split: UInt64 { 1 << UInt64((self - 1).highestBit) }
}

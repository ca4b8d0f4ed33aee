import Canonical

/// RFC 6962, section 2.1, word for word and without any thrift: what the real one is held against.
enum NaiveTree {
    static func hash(_ bytes: [UInt8]) -> Digest { Digest(sha256: bytes) }

    /// `MTH(D[n])`, over the hashes of leaves.
    static func root(_ leaves: ArraySlice<Digest>) -> Digest {
        guard leaves.count > 1 else { return leaves.first ?? hash([]) }
        let (left, right) = split(leaves)
        return hash([1] + root(left).bytes + root(right).bytes)
    }

    /// `PATH(m, D[n])`
    static func path(_ index: Int, _ leaves: ArraySlice<Digest>) -> [Digest] {
        guard leaves.count > 1 else { return [] }
        let (left, right) = split(leaves)
        return index < left.count ? path(index, left) + [root(right)] : path(index - left.count, right) + [root(left)]
    }

    /// `PROOF(m, D[n])`
    static func proof(_ old: Int, _ leaves: ArraySlice<Digest>) -> [Digest] { subproof(old, leaves, isWhole: true) }

    private static func subproof(_ old: Int, _ leaves: ArraySlice<Digest>, isWhole: Bool) -> [Digest] {
        if old == leaves.count { return isWhole ? [] : [root(leaves)] }
        let (left, right) = split(leaves)
        return old <= left.count
            ? subproof(old, left, isWhole: isWhole) + [root(right)]
            : subproof(old - left.count, right, isWhole: false) + [root(left)]
    }

    private static func split(_ leaves: ArraySlice<Digest>) -> (ArraySlice<Digest>, ArraySlice<Digest>) {
        var k = 1
        while k * 2 < leaves.count { k *= 2 }
        return (leaves.prefix(k), leaves.dropFirst(k))
    }

    /// Hashes that stand for leaves.
    static func leaves(_ count: Int) -> [Digest] { (0..<count).map { hash([0] + Array("leaf \($0)".utf8)) } }
}

import Canonical
import TestSupport
import Testing

@testable import Transparency

@Suite struct TreeTests {
    private let leaves = NaiveTree.leaves(70)

    @Test func theFrontierHasTheRootOfTheDefinitionAtEverySize() {
        var frontier = Frontier()
        for size in 0...leaves.count {
            #expect(frontier.root == NaiveTree.root(leaves[..<size]))
            #expect(frontier.size == UInt64(size))
            #expect(frontier.peaks.count == size.nonzeroBitCount)
            if size < leaves.count { frontier.append(leaves[size]) }
        }
    }

    @Test func aFrontierGoesOnFromItsPeaks() throws {
        var first = Frontier()
        for leaf in leaves[..<53] { first.append(leaf) }
        var second = try #require(Frontier(size: first.size, peaks: first.peaks))
        for leaf in leaves[53...] { second.append(leaf) }
        #expect(second.root == NaiveTree.root(leaves[...]))
        #expect(Frontier(size: 53, peaks: Array(first.peaks.dropLast())) == nil)
    }

    @Test func aMillionLeavesNeedTwentyHashes() {
        var frontier = Frontier()
        for number in UInt64(0)..<(1 << 16) { frontier.append(NaiveTree.hash([UInt8(truncatingIfNeeded: number)])) }
        #expect(frontier.peaks.count == 1)
        for _ in 0..<(1 << 16) - 1 { frontier.append(MerkleTree.emptyRoot) }
        #expect(frontier.peaks.count == 17)
    }

    @Test func partsThatWereHashedSideBySideJoin() throws {
        for size in 0...leaves.count {
            var joined = Frontier()
            for start in stride(from: 0, to: size, by: 16) {
                var part = Frontier()
                for leaf in leaves[start..<min(start + 16, size)] { part.append(leaf) }
                joined = try #require(joined.appending(part.size, peaks: part.peaks))
            }
            #expect(joined.root == NaiveTree.root(leaves[..<size]))
            #expect(joined.size == UInt64(size))
        }
        var odd = Frontier()
        odd.append(leaves[0])
        #expect(odd.appending(2, peaks: [leaves[1]]) == nil)
        #expect(odd.appending(1, peaks: []) == nil)
    }

    @Test func everyInclusionProofIsThatOfTheDefinitionAndVerifies() throws {
        for size in 1...leaves.count {
            let tree = leaves[..<size]
            let root = NaiveTree.root(tree)
            for index in 0..<size {
                let plan = try ProofPlan.inclusion(of: UInt64(index), in: UInt64(size))
                let hashes = plan.subtrees.map { NaiveTree.root(leaves[Int($0.lowerBound)..<Int($0.upperBound)]) }
                #expect(hashes == NaiveTree.path(index, tree))
                try InclusionProof(hashes: hashes).verify(
                    leafHash: leaves[index], index: UInt64(index), size: UInt64(size), root: root)
            }
        }
    }

    @Test func everyConsistencyProofIsThatOfTheDefinitionAndVerifies() throws {
        for size in 1...leaves.count {
            let newRoot = NaiveTree.root(leaves[..<size])
            for old in 1...size {
                let plan = try ProofPlan.consistency(from: UInt64(old), to: UInt64(size))
                let hashes = plan.subtrees.map { NaiveTree.root(leaves[Int($0.lowerBound)..<Int($0.upperBound)]) }
                #expect(hashes == NaiveTree.proof(old, leaves[..<size]))
                try ConsistencyProof(hashes: hashes).verify(
                    oldSize: UInt64(old), newSize: UInt64(size), oldRoot: NaiveTree.root(leaves[..<old]),
                    newRoot: newRoot)
            }
        }
    }

    /// A valid proof with one thing changed proves nothing, whatever was changed.
    @Test func aChangedProofIsRefused() throws {
        var random = SeededGenerator()
        for _ in 0..<2_000 {
            let size = random.below(leaves.count) + 1
            let index = random.below(size)
            let root = NaiveTree.root(leaves[..<size])
            var (hashes, leaf, place, count) = (
                NaiveTree.path(index, leaves[..<size]), leaves[index], UInt64(index), UInt64(size)
            )
            switch random.below(6) {
            case 0: leaf = NaiveTree.hash([7])
            case 1: hashes.append(root)
            case 2: hashes.insert(random.pick(leaves), at: 0)
            case 3 where !hashes.isEmpty: hashes.remove(at: random.below(hashes.count))
            case 4 where !hashes.isEmpty: hashes[random.below(hashes.count)] = NaiveTree.hash([8])
            case 5: place = place == 0 ? .max : place - 1
            default: count = place
            }
            #expect(throws: TransparencyError.self, "\(random)") {
                try InclusionProof(hashes: hashes).verify(leafHash: leaf, index: place, size: count, root: root)
            }
        }
    }

    @Test func refusalsSayWhatIsWrong() throws {
        let root = NaiveTree.root(leaves[..<8])
        let path = NaiveTree.path(3, leaves[..<8])
        func code(_ hashes: [[UInt8]], index: UInt64 = 3, size: UInt64 = 8) -> TransparencyError.Code? {
            do throws(TransparencyError) {
                try InclusionProof(received: hashes).verify(
                    leafHash: leaves[3].bytes, index: index, size: size, root: root.bytes)
                return nil
            } catch {
                return error.code
            }
        }
        let good = path.map(\.bytes)
        #expect(code(good) == nil)
        #expect(code(good, index: 8) == .indexOutOfRange)
        #expect(code(good, size: 0) == .indexOutOfRange)
        #expect(code(good + [good[0]]) == .proofTooLong)
        #expect(code(good.dropLast()) == .proofTooShort)
        #expect(code([good[1], good[0], good[2]]) == .rootMismatch)
        #expect(code([[], good[1], good[2]]) == .malformedHash)

        func code(from old: UInt64, to new: UInt64, _ hashes: [Digest] = []) -> TransparencyError.Code? {
            do throws(TransparencyError) {
                try ConsistencyProof(hashes: hashes).verify(oldSize: old, newSize: new, oldRoot: root, newRoot: root)
                return nil
            } catch {
                return error.code
            }
        }
        #expect(code(from: 8, to: 8) == nil)
        #expect(code(from: 8, to: 8, path) == .proofTooLong)
        #expect(code(from: 8, to: 7) == .sizesReversed)
        #expect(code(from: 0, to: 8) == .emptyTree)
        // Of one size too: a proof of nothing is no proof (transparency-dev/merkle#236).
        #expect(code(from: 0, to: 0) == .emptyTree)
        #expect(code(from: 7, to: 8) == .proofTooShort)
        #expect(code(from: 8, to: 9, [path[0]]) == .rootMismatch)
    }

    @Test func treesOfTheLargestSizesDoNotOverflow() throws {
        let plan = try ProofPlan.inclusion(of: .max - 1, in: .max)
        #expect(plan.subtrees.count == 63)
        #expect(try ProofPlan.consistency(from: 1 << 63, to: .max).subtrees == [(1 << 63)..<UInt64.max])
        let proof = InclusionProof(hashes: Array(repeating: leaves[0], count: 63))
        #expect(throws: Never.self) { _ = try proof.root(leafHash: leaves[0], index: .max - 1, size: .max) }
    }
}

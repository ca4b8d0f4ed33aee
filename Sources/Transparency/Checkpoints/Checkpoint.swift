import Canonical
import Foundation

/// A log's tree head at a size (c2sp.org/tlog-checkpoint): the text that a log signs.
public struct Checkpoint: Sendable {
    /// Which log: by custom a URL without its scheme, and the name of the log's key. Names of logs are the same only where their
    /// bytes are.
    public let origin: String
    /// Leaves in the tree.
    public let size: UInt64
    public let root: Digest
    /// Further lines; none by custom.
    public let extensions: [String]

    /// Throws `malformed-checkpoint` for an origin that is empty or has several lines, and for another root of no leaves than
    /// that of the empty tree.
    public init(origin: String, size: UInt64, root: Digest, extensions: [String] = []) throws(TransparencyError) {
        guard ([origin] + extensions).allSatisfy({ line in !line.isEmpty && line.utf8.allSatisfy { $0 >= 0x20 } })
        else {
            throw TransparencyError(
                .malformedCheckpoint, "origin and extensions of a checkpoint are lines that are not empty")
        }
        guard size > 0 || root == MerkleTree.emptyRoot else {
            throw TransparencyError(.malformedCheckpoint, "the tree of 0 leaves has one root, and this is another")
        }
        self.origin = origin
        self.size = size
        self.root = root
        self.extensions = extensions
    }

    /// Reads the text of a note. Throws `malformed-checkpoint`.
    public init(text: String) throws(TransparencyError) {
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            String(Substring($0))
        }
        guard lines.count >= 4, lines.last == "", lines.dropLast().allSatisfy({ !$0.isEmpty }) else {
            throw TransparencyError(.malformedCheckpoint, "a checkpoint has three lines or more and no empty ones")
        }
        guard let size = UInt64(lines[1]), String(size).hasSameBytes(as: lines[1]) else {
            throw TransparencyError(.malformedCheckpoint, "the second line is the size of the tree in decimal digits")
        }
        guard let data = Data(strictBase64: lines[2]), let root = Digest(bytes: Array(data)) else {
            throw TransparencyError(.malformedCheckpoint, "the third line is the base64 of the root hash")
        }
        try self.init(origin: lines[0], size: size, root: root, extensions: Array(lines[3...].dropLast()))
    }

    /// The text that is signed.
    public var text: String {
        ([origin, String(size), Data(root.bytes).base64EncodedString()] + extensions).map { $0 + "\n" }.joined()
    }

    /// The checkpoint as it is published.
    public func signed(by keys: [SignerKey]) throws(TransparencyError) -> SignedNote {
        try SignedNote(text: text, signedBy: keys)
    }

    /// The checkpoint that a note holds, once a trusted key of a log is found to have signed it. Throws what parsing and
    /// verifying throw, and `origin-mismatch` where another log's is given.
    /// - Parameters:
    ///   - keys: of the log, and of witnesses: what one of these has cosigned must be so, and none of them is enough by itself.
    ///   - origin: the log's name; nil for the name of the key that signed, as c2sp.org/tlog-checkpoint recommends. A key may
    ///     sign for several logs, so there is no checkpoint of just any.
    public static func open(
        _ note: SignedNote, trusting keys: [VerifierKey], origin: String? = nil
    ) throws(TransparencyError) -> Checkpoint {
        let logs = try note.verify(trusting: keys).filter(\.isOfLog)
        guard !logs.isEmpty else {
            throw TransparencyError(.noTrustedSignature, "witnesses have signed, but no trusted key of the log itself")
        }
        let checkpoint = try Checkpoint(text: note.text)
        let due = origin.map { [$0] } ?? logs.map(\.name.text)
        guard due.contains(where: { $0.hasSameBytes(as: checkpoint.origin) }) else {
            throw TransparencyError(
                .originMismatch,
                "the checkpoint is of the log \"\(checkpoint.origin)\", not \"\(due.joined(separator: "\" or \""))\"")
        }
        return checkpoint
    }
}

extension Checkpoint: Hashable {
    public static func == (left: Checkpoint, right: Checkpoint) -> Bool { left.text.hasSameBytes(as: right.text) }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(size)
        hasher.combine(root)
    }
}

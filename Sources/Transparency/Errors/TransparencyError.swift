/// Why a proof proves nothing, or a note, checkpoint or key cannot be taken.
public struct TransparencyError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        /// A hash has not 32 bytes.
        case malformedHash = "malformed-hash"
        /// The leaf is not in a tree of that size.
        case indexOutOfRange = "index-out-of-range"
        /// The later tree is smaller than the earlier one.
        case sizesReversed = "sizes-reversed"
        /// Every tree extends the empty one, so a proof of it proves nothing.
        case emptyTree = "empty-tree"
        /// The proof has fewer hashes than the sizes ask for.
        case proofTooShort = "proof-too-short"
        /// The proof has more hashes than the sizes ask for.
        case proofTooLong = "proof-too-long"
        /// The hashes lead to another root.
        case rootMismatch = "root-mismatch"
        /// A tile that is needed is not there, or has too few hashes.
        case tileMissing = "tile-missing"
        /// Not a signed note as c2sp.org/signed-note has it.
        case malformedNote = "malformed-note"
        /// A signed note, but its text is no checkpoint as c2sp.org/tlog-checkpoint has it.
        case malformedCheckpoint = "malformed-checkpoint"
        /// Not the text of a key.
        case malformedKey = "malformed-key"
        /// No signature is of a key that is trusted.
        case noTrustedSignature = "no-trusted-signature"
        /// A signature that names a trusted key was not made by it.
        case invalidSignature = "invalid-signature"
        /// The checkpoint is of another log.
        case originMismatch = "origin-mismatch"
    }

    public let code: Code
    public let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code.rawValue): \(message)" }
}

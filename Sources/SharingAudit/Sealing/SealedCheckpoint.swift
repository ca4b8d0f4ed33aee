import Canonical
import PostgreSQL
import Transparency

/// A signed tree head of a ledger, as the database keeps it. Who trusts neither the database nor us opens `note` with the
/// log's public key.
public struct SealedCheckpoint: Hashable, Sendable {
    /// Events in the tree: those at positions 1 to `size`.
    public let size: UInt64
    public let root: Digest
    /// The checkpoint as it was published.
    public let note: String
    /// When it was signed; not part of what is signed.
    public let sealedAt: Timestamp

    static let columns = "size, root, note, sealed_at"

    init(size: UInt64, root: Digest, note: String, sealedAt: Timestamp) {
        self.size = size
        self.root = root
        self.note = note
        self.sealedAt = sealedAt
    }

    /// Reads a row of `columns`.
    init(_ row: Row) throws(PostgreSQLError) {
        let (size, root): (Int64, [UInt8]) = (try row.decode(0), try row.decode(1))
        guard let root = Digest(bytes: root), size > 0 else {
            throw PostgreSQLError(.decodingFailed, "a checkpoint's root has not 32 bytes")
        }
        self.init(size: UInt64(size), root: root, note: try row.decode(2), sealedAt: try row.decode(3))
    }

    /// The signed checkpoint. Throws `TransparencyError` where no trusted key signed it, or where it is not of this size and root.
    public func open(trusting keys: [VerifierKey], origin: String? = nil) throws(TransparencyError) -> Checkpoint {
        let checkpoint = try Checkpoint.open(SignedNote(parsing: note), trusting: keys, origin: origin)
        guard checkpoint.size == size, checkpoint.root == root else {
            throw TransparencyError(
                .malformedCheckpoint,
                "the note is of \(checkpoint.size) events, its row of \(size), or their roots differ")
        }
        return checkpoint
    }
}

import Transparency

/// Somebody outside the database who remembers what was signed. What a database forgets, by the restore of an old backup or
/// by a hand that rewrites it, the witness still knows.
public protocol Witness: Sendable {
    /// The newest checkpoint that was shown; nil where none was. Who waits gives up after a while, and then cancels the task.
    func latest() async throws -> SignedNote?

    /// Shows a checkpoint. When it returns, the checkpoint must be kept for good.
    func publish(_ note: SignedNote, size: UInt64) async throws
}

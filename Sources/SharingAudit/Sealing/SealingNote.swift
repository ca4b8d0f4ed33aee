import SharingLog
import Synchronization

/// What became of the last attempt to sign the log in this process, for those who tell whether the ledger is well.
public final class SealingNote: Sendable {
    private let state = Mutex<EngineError.Code?>(nil)

    public init() {}

    /// Why the log was not signed the last time; nil where it was, or where nothing was tried yet.
    public var refusal: EngineError.Code? { state.withLock { $0 } }

    /// Whether the log was found not to be the one that was signed.
    public var isLogDoubted: Bool {
        guard let refusal else { return false }
        return [.logShrunk, .logRewritten, .treeDamaged].contains(refusal)
    }

    func note(_ refusal: EngineError.Code?) { state.withLock { $0 = refusal } }
}

import SharingLog
import Synchronization

/// What became of the last attempt to sign the log in this process, for those who tell whether the ledger is well.
public final class SealingNote: Sendable {
    private struct State {
        var refusal: EngineError.Code?
        var isLogDoubted = false
    }

    private let state = Mutex(State())

    public init() {}

    /// Why the log was not signed the last time; nil where it was, or where nothing was tried yet.
    public var refusal: EngineError.Code? { state.withLock { $0.refusal } }

    /// Whether the log was found not to be the one that was signed. Another failure, such as of a witness, does not take that back;
    /// only an attempt that comes to its end does.
    public var isLogDoubted: Bool { state.withLock { $0.isLogDoubted } }

    func note(_ refusal: EngineError.Code?) {
        state.withLock { state in
            state.refusal = refusal
            guard let refusal else {
                state.isLogDoubted = false
                return
            }
            if [.logShrunk, .logRewritten, .treeDamaged].contains(refusal) { state.isLogDoubted = true }
        }
    }
}

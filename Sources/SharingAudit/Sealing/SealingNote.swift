import SharingLog
import Synchronization

/// Whether the log was found to be another than was signed in this process, for those who tell whether the ledger is well.
public final class SealingNote: Sendable {
    private let state = Mutex<EngineError.Code?>(nil)

    public init() {}

    /// Why the log was found not to be the one that was signed; nil where it was not. Another failure, such as of a witness, does
    /// not take that back; only an attempt that succeeds does.
    public var doubt: EngineError.Code? { state.withLock { $0 } }

    /// - Parameter refusal: why the log was not signed; nil where it was.
    func note(_ refusal: EngineError.Code?) {
        state.withLock { doubt in
            guard let refusal else {
                doubt = nil
                return
            }
            if [.logShrunk, .logRewritten, .treeDamaged].contains(refusal) { doubt = refusal }
        }
    }
}

import SharingLog
import Synchronization

/// Whether the log was found to be another than was signed in this process, and what it was not signed for, for those who tell
/// whether the ledger is well.
public final class SealingNote: Sendable {
    private struct State {
        var doubt: EngineError.Code?
        /// There from the start, so that the first of each is an increase.
        var refusals: [EngineError.Code: Int] = [
            .logShrunk: 0, .logRewritten: 0, .treeDamaged: 0, .checkpointUntrusted: 0, .witnessUnusable: 0, .witnessesMissing: 0,
        ]
    }

    private let state = Mutex(State())

    public init() {}

    /// Why the log was found not to be the one that was signed; nil where it was not. Another failure, such as of a witness, does
    /// not take that back; only an attempt that succeeds does.
    public var doubt: EngineError.Code? { state.withLock { $0.doubt } }

    /// Attempts to sign that failed, by what they failed of.
    public var refusals: [EngineError.Code: Int] { state.withLock { $0.refusals } }

    /// - Parameter refusal: why the log was not signed; nil where it was.
    func note(_ refusal: EngineError.Code?) {
        state.withLock { state in
            guard let refusal else {
                state.doubt = nil
                return
            }
            state.refusals[refusal, default: 0] += 1
            if [.logShrunk, .logRewritten, .treeDamaged].contains(refusal) { state.doubt = refusal }
        }
    }
}

import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog
import Synchronization

/// The policy that decides now, as far as this engine knows. It changes as a whole: a batch takes it once, when it begins.
final class ActivePolicy: Sendable {
    /// A policy and where in its stream its activation stands.
    struct Activation: Sendable {
        let policy: Policy
        let version: Int32
    }

    private struct State {
        /// Whether the log was read since the term began.
        var isKnown = false
        var activation: Activation?
        var problem: PolicyError?
    }

    private let ledger: Ledger
    private let continuity: LogContinuity
    private let state = Mutex(State())

    init(ledger: Ledger, _ continuity: LogContinuity) {
        self.ledger = ledger
        self.continuity = continuity
    }

    /// Nil before the first activation, and while it is not known.
    var activation: Activation? { state.withLock { $0.activation } }

    var current: Policy? { activation?.policy }

    /// False until the log was read: then nil is no policy.
    var isKnown: Bool { state.withLock { $0.isKnown } }

    /// Why this program cannot read the policy in force; nil where it can, or there is none.
    var problem: PolicyError? { state.withLock { $0.problem } }

    /// Takes the policy that the log says is in force, if it is a newer one. Throws `policy-invalid` where this program cannot
    /// read it: then there is none that it could decide by. Throws `TermEnded` where the log is not the one of that term.
    func refresh(in term: Int) async throws {
        let stream = Self.stream.name
        let question = EventReader.statement(ledger, stream: stream, after: activation?.version ?? 0)
        let (results, confirmed) = try await continuity.ask([question], in: term)
        let events = try results[0].rows.map(EventColumns.decode)
        continuity.saw(events.last.map(LogAnchor.init), confirming: confirmed, in: term)
        guard let event = events.last else {
            return continuity.during(term) { state.withLock { $0.isKnown = true } }
        }
        guard case .policy(.activated(_, _, _, let text)) = try event.domainEvent() else { return }
        do throws(PolicyError) {
            let policy = try Policy.loadRecorded(text, file: stream)
            continuity.during(term) { take(Activation(policy: policy, version: event.version)) }
        } catch {
            continuity.during(term) {
                state.withLock { state in
                    state.problem = error
                    state.isKnown = true
                }
            }
            throw error
        }
    }

    /// Forgets the policy: the log in which it was read is no more.
    func reset() { state.withLock { $0 = State() } }

    static var stream: StreamID { .sharingPolicy }

    /// Takes an activation, unless a later one is known.
    private func take(_ new: Activation) {
        state.withLock { state in
            if let known = state.activation, known.version >= new.version { return }
            state = State(isKnown: true, activation: new)
        }
    }
}

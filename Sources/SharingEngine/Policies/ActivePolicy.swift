import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog
import Logging
import PostgreSQL
import Synchronization

/// The policy that decides now, as far as this engine knows. It changes as a whole: a batch takes it once, when it begins.
final class ActivePolicy: Sendable {
    /// A policy and where in its stream its activation stands.
    struct Activation: Sendable {
        let policy: Policy
        let version: Int32
    }

    private struct State {
        var activation: Activation?
        var problem: PolicyError?
    }

    private let reader: EventReader
    private let continuity: LogContinuity
    private let state = Mutex(State())

    init(_ reader: EventReader, _ continuity: LogContinuity) {
        self.reader = reader
        self.continuity = continuity
    }

    /// Nil before the first activation.
    var activation: Activation? { state.withLock { $0.activation } }

    var current: Policy? { activation?.policy }

    /// Why this program cannot read the policy in force; nil where it can, or there is none.
    var problem: PolicyError? { state.withLock { $0.problem } }

    /// Takes the policy that the log says is in force, if it is a newer one. Throws `policy-invalid` where this program cannot
    /// read it: then there is none that it could decide by.
    func refresh() async throws {
        let stream = Self.stream.name
        let term = continuity.term
        let events = try await reader.stream(stream, after: activation?.version ?? 0)
        guard let event = events.last else { return }
        continuity.saw(LogAnchor(event), in: term)
        guard case .policy(.activated(_, _, _, let text)) = try event.domainEvent() else { return }
        do throws(PolicyError) {
            let policy = try Policy.loadRecorded(text, file: stream)
            continuity.during(term) { take(Activation(policy: policy, version: event.version)) }
        } catch {
            state.withLock { $0.problem = error }
            throw error
        }
    }

    /// The same for whoever goes on without: the engine's readiness tells of a policy that cannot be read.
    func refresh(orWarn logger: Logger) async {
        do {
            try await refresh()
        } catch {
            logger.warning("the active policy could not be read", metadata: ["error": "\(error)"])
        }
    }

    /// Forgets the policy: the log in which it was read is no more.
    func reset() { state.withLock { $0 = State() } }

    static var stream: StreamID { .sharingPolicy }

    /// Takes an activation, unless a later one is known.
    private func take(_ new: Activation) {
        state.withLock { state in
            if let known = state.activation, known.version >= new.version { return }
            state = State(activation: new)
        }
    }
}

import EventLog
import Synchronization

/// The newest event that an engine has seen of its log, and the term in which it saw it.
///
/// A term is the time in which the log only grows. It ends when the log is found not to hold the newest event that was seen: a
/// database has come back without its last events. What was read in one term says nothing of the log in the next.
final class LogContinuity: Sendable {
    private struct State {
        var term = 0
        var anchor: LogAnchor?
    }

    private let state = Mutex(State())

    /// The term under way, to be taken before anything is read.
    var term: Int { state.withLock { $0.term } }

    /// The newest event seen in a term; nil where none was. Throws `TermEnded` where the term is over.
    func anchor(in term: Int) throws(TermEnded) -> LogAnchor? {
        let current = state.withLock { $0 }
        guard current.term == term else { throw TermEnded() }
        return current.anchor
    }

    /// Takes note of an event that the log had in a term.
    func saw(_ anchor: LogAnchor, in term: Int) {
        state.withLock { state in
            guard state.term == term, state.anchor.map({ $0.position < anchor.position }) ?? true else { return }
            state.anchor = anchor
        }
    }

    /// Remembers what was read in a term, unless that is over.
    func during(_ term: Int, remember: () -> Void) {
        state.withLock { state in if state.term == term { remember() } }
    }

    /// Ends a term: `forget` takes away what was remembered of it. Returns the event that the log no longer holds; nil where the
    /// term was over already.
    func end(_ term: Int, forget: () -> Void) -> LogAnchor? {
        state.withLock { state in
            guard state.term == term else { return nil }
            defer { state = State(term: term + 1) }
            forget()
            return state.anchor
        }
    }
}

/// The log no longer holds an event that the engine has seen: what was read in that term must be read again.
struct TermEnded: Error {}

import EventLog
import PostgreSQL
import Synchronization

/// The newest events that an engine has seen of its log, and the term in which it saw them.
///
/// A term is the time in which the log only grows. It ends when the log is found not to hold an event that was seen: a database has
/// come back without its last events. What was read in one term says nothing of the log in the next.
///
/// **Why several events.** What is read in one exchange with a database is of one log, and so is what was confirmed in it. Two
/// exchanges at the same time may be with two databases, the old one and the one that took its place. So a newer event takes the
/// place only of those that were confirmed together with it; the others stay until one exchange has confirmed them too. There are
/// no more of them than exchanges under way at the same time.
final class LogContinuity: Sendable {
    private struct State {
        var term = 0
        var anchors: Set<LogAnchor> = []
    }

    private let ledger: Ledger
    private let pool: Pool
    private let state = Mutex(State())

    init(ledger: Ledger, pool: Pool) {
        self.ledger = ledger
        self.pool = pool
    }

    /// The term under way, to be taken before anything is read.
    var term: Int { state.withLock { $0.term } }

    /// Throws `TermEnded` where a term is over.
    func require(_ term: Int) throws(TermEnded) { _ = try anchors(in: term) }

    /// What the log must hold for the term to go on. To be taken directly before it is confirmed.
    private func anchors(in term: Int) throws(TermEnded) -> [LogAnchor] {
        let current = state.withLock { $0 }
        guard current.term == term else { throw TermEnded() }
        return Array(current.anchors)
    }

    /// Asks the log, and in the same exchange whether it is the one of the term. Throws `TermEnded` where it is not. What is newest
    /// in the answers is to be told to `saw`, with the anchors that were confirmed.
    func ask(_ statements: [Statement], in term: Int) async throws -> (results: [QueryResult], confirmed: [LogAnchor]) {
        try await pool.withConnection { connection in
            let anchors = try self.anchors(in: term)
            let results = try await connection.pipeline(statements + [anchors.areHeld(by: self.ledger)])
            guard try results.last?.rows.first?.decode(0) == true else { throw TermEnded() }
            return (results, anchors)
        }
    }

    /// Appends to the log, if it is the one of the term. Throws `TermEnded` where it is not: then nothing was appended.
    /// - Parameters:
    ///   - clock: nil where no clock is to be compared.
    ///   - conditions: checked in the same transaction, under the lock of the ledger.
    func append(_ statement: Statement, _ clock: ClockCheck?, onlyIf conditions: [Statement] = [], in term: Int) async throws -> (
        result: QueryResult, confirmed: [LogAnchor]
    ) {
        do {
            return try await pool.withConnection { connection in
                let anchors = try self.anchors(in: term)
                let checks = anchors.check(in: self.ledger, clock) + conditions
                return (try await connection.pipeline(checks + [statement])[checks.count], anchors)
            }
        } catch let error as PostgreSQLError where error.sqlState == LogAnchor.notHeld {
            throw TermEnded()
        }
    }

    /// Takes note of an event that was seen in the exchange which confirmed these anchors.
    func saw(_ new: LogAnchor?, confirming confirmed: [LogAnchor], in term: Int) {
        guard let newest = (confirmed + (new.map { [$0] } ?? [])).max(by: { $0.position < $1.position }) else { return }
        state.withLock { state in
            guard state.term == term else { return }
            state.anchors.subtract(confirmed)
            state.anchors.insert(newest)
        }
    }

    /// Remembers what was read in a term, unless that is over.
    func during(_ term: Int, remember: () -> Void) {
        state.withLock { state in if state.term == term { remember() } }
    }

    /// Ends a term: `forget` takes away what was remembered of it. Returns the newest event that was seen in it; nil where the term
    /// was over already.
    func end(_ term: Int, forget: () -> Void) -> LogAnchor? {
        state.withLock { state in
            guard state.term == term else { return nil }
            defer { state = State(term: term + 1) }
            forget()
            return state.anchors.max { $0.position < $1.position }
        }
    }
}

/// The log no longer holds an event that the engine has seen: what was read in that term must be read again.
struct TermEnded: Error {}

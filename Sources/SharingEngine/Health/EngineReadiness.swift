import EventLog
import PostgreSQL
import SharingLog

/// Whether an engine can carry commands out, and what is in its way.
public struct EngineReadiness: Hashable, Sendable {
    public enum Check: String, Hashable, Sendable, CaseIterable {
        /// The database answers.
        case database
        /// It commits: it is no standby, not read-only, not out of room, and no commit waits for ever.
        case writes
        /// Its schema is one that this program works with, and the application has its privileges.
        case migrations
        /// This machine's clock is near the database's, and not behind the newest event.
        case clock
        /// A policy is in force.
        case policy
        /// The engine takes commands: it does not stop.
        case serving
    }

    /// What a check found.
    public struct Finding: Hashable, Sendable {
        public let check: Check
        /// Nil where all is well.
        public let problem: Problem?
    }

    /// What is in the way.
    public struct Problem: Hashable, Sendable, CustomStringConvertible {
        /// Stable, such as `clock-ahead`.
        public let code: String
        /// For operators: it may hold what the database says of itself.
        public let detail: String

        init(_ error: EngineError) { (code, detail) = (error.code.rawValue, error.detail) }

        init(_ error: EventLogError) { (code, detail) = (error.code.rawValue, error.text) }

        public var description: String { "\(code): \(detail)" }
    }

    /// One of each check, in their order.
    public let findings: [Finding]

    public var isReady: Bool { findings.allSatisfy { $0.problem == nil } }
}

extension SharingEngine {
    /// Looks whether a command could be carried out now. A commit is tried too, of nothing: the database could answer and not
    /// write.
    /// - Parameter limit: for the database to answer, and again for it to commit.
    public func readiness(within limit: Duration = .seconds(2)) async -> EngineReadiness {
        let (database, migrations) = await databaseProblems(within: limit)
        let writes = database == nil ? await writingProblem(within: limit) : Self.unknown
        let serving = await queue.isClosed ? EngineReadiness.Problem(EngineError(.stopped)) : nil
        return EngineReadiness(findings: [
            EngineReadiness.Finding(check: .database, problem: database),
            EngineReadiness.Finding(check: .writes, problem: writes),
            EngineReadiness.Finding(check: .migrations, problem: migrations),
            EngineReadiness.Finding(check: .clock, problem: clockProblem.map(EngineReadiness.Problem.init)),
            EngineReadiness.Finding(check: .policy, problem: policyProblem.map(EngineReadiness.Problem.init)),
            EngineReadiness.Finding(check: .serving, problem: serving),
        ])
    }

    private static let unknown = EngineReadiness.Problem(EngineError(.databaseUnavailable, "it does not answer"))

    private var clockProblem: EngineError? {
        do throws(EngineError) {
            _ = try now()
            return nil
        } catch {
            return error
        }
    }

    /// Commits a message in the database's journal that nobody reads: it is written, flushed, and acknowledged by a synchronous
    /// standby, as an event is, and leaves nothing behind. A disk that is full shows only where a table must grow, so that is told by
    /// the commands that failed of it.
    private func writingProblem(within limit: Duration) async -> EngineReadiness.Problem? {
        if memory.disk.isFull { return EngineReadiness.Problem(EngineError(.diskFull)) }
        let late = EngineError(.databaseUnavailable, "it did not commit within \(limit)")
        do {
            return try await withTimeout(limit, throwing: late) { [healthPool] in
                try await healthPool.withConnection { connection -> EngineReadiness.Problem? in
                    let rows = try await connection.query("SELECT current_setting('transaction_read_only')").rows
                    guard try rows.first?.decode(0) == "off" else {
                        // Another session may find a server that writes, and this one never will.
                        await connection.close()
                        return EngineReadiness.Problem(EngineError(.databaseUnavailable, "it only reads"))
                    }
                    _ = try await connection.query("SELECT pg_logical_emit_message(true, 'devshare.readiness', '')")
                    return nil
                }
            }
        } catch {
            return EngineReadiness.Problem(EngineError(caught: error))
        }
    }

    private var policyProblem: EngineError? {
        if let problem = policies.problem { return EngineError(caught: problem) }
        return activePolicy == nil ? EngineError(.noActivePolicy) : nil
    }

    private func databaseProblems(
        within limit: Duration
    ) async -> (database: EngineReadiness.Problem?, migrations: EngineReadiness.Problem?) {
        let unknown = Self.unknown
        let late = EngineError(.databaseUnavailable, "it did not answer within \(limit)")
        do {
            let problem = try await withTimeout(limit, throwing: late) { [healthPool] in
                try await healthPool.withConnection { connection -> EngineReadiness.Problem? in
                    do {
                        try await Installation.compatibility().verify(connection)
                        return nil
                    } catch let error as EventLogError {
                        return EngineReadiness.Problem(error)
                    }
                }
            }
            return (nil, problem)
        } catch let error as PostgreSQLError {
            return (EngineReadiness.Problem(EngineError(caught: error)), unknown)
        } catch {
            return (unknown, unknown)
        }
    }
}

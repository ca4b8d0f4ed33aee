import EventLog
import PostgreSQL
import SharingLog

/// Whether an engine can carry commands out, and what is in its way.
public struct EngineReadiness: Hashable, Sendable {
    public enum Check: String, Hashable, Sendable, CaseIterable {
        /// The database answers.
        case database
        /// Its schema is one that this program works with, and the application has its privileges.
        case migrations
        /// A policy is in force.
        case policy
    }

    /// What a check found.
    public struct Finding: Hashable, Sendable {
        public let check: Check
        /// A code and a sentence; nil where all is well.
        public let problem: String?
    }

    /// One of each check, in their order.
    public let findings: [Finding]

    public var isReady: Bool { findings.allSatisfy { $0.problem == nil } }
}

extension SharingEngine {
    /// Looks whether the database answers in time, has a schema that this program works with, and a policy is in force
    /// that it can read.
    public func readiness(within limit: Duration = .seconds(2)) async -> EngineReadiness {
        let (database, migrations) = await databaseProblems(within: limit)
        return EngineReadiness(findings: [
            EngineReadiness.Finding(check: .database, problem: database),
            EngineReadiness.Finding(check: .migrations, problem: migrations),
            EngineReadiness.Finding(check: .policy, problem: policyProblem.map { "\($0)" }),
        ])
    }

    private var policyProblem: EngineError? {
        if let problem = policies.problem { return EngineError(caught: problem) }
        return activePolicy == nil ? EngineError(.noActivePolicy) : nil
    }

    private func databaseProblems(within limit: Duration) async -> (database: String?, migrations: String?) {
        let unknown = "\(EngineError(.databaseUnavailable, "it does not answer"))"
        let late = EngineError(.databaseUnavailable, "it did not answer within \(limit)")
        do {
            let problem = try await withTimeout(limit, throwing: late) { [healthPool] in
                try await healthPool.withConnection { connection -> String? in
                    do {
                        try await Installation.compatibility().verify(connection)
                        return nil
                    } catch let error as EventLogError {
                        return "\(error)"
                    }
                }
            }
            return (nil, problem)
        } catch let error as PostgreSQLError {
            return ("\(error)", unknown)
        } catch {
            return (unknown, unknown)
        }
    }
}

import DeviceSharing
import PostgreSQL
import TestSupport
import Testing

@testable import SharingEngine
@testable import SharingLog

/// A database that is there and does not write: a primary that has become a standby, or that somebody set to read only.
@Suite(.fewAtOnce) struct ReadOnlyDatabaseTests {
    private static func readOnly(_ isOn: Bool) -> String {
        """
        SET default_transaction_read_only = off;
        DO $$ BEGIN
            EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = \(isOn ? "on" : "off")', current_database());
        END $$;
        """
    }

    @Test("Commands are refused as database-unavailable, and taken again once it writes, by the same engine")
    func recovery() async throws {
        try await Harness.run { harness in
            try await harness.user("before", entity: "E")
            let owner = try await harness.database.connect()
            try await owner.execute(script: Self.readOnly(true))
            // Sessions that write still are ended, as those of a primary are that stops.
            _ = try await owner.query(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()
                """)
            let refusal = await #expect(throws: EngineError.self) { try await harness.user("meanwhile", entity: "E") }
            #expect(refusal?.code == .databaseUnavailable, "\(String(describing: refusal))")
            try await owner.execute(script: Self.readOnly(false))
            await owner.close()
            // Each session that only reads is given up where it is first used.
            try await eventually("the engine writes again") {
                do {
                    try await harness.user("after", entity: "E")
                    return true
                } catch let error as EngineError where error.code == .databaseUnavailable {
                    return false
                }
            }
        }
    }

    @Test("A connection that the server ends during a commit leaves the outcome open", arguments: ["57P01", "57P02", "08006"])
    func endedDuringCommit(sqlState: String) {
        let report = ServerReport(sqlState: SQLState(rawValue: sqlState), severity: "FATAL", message: "the server goes away")
        let error = PostgreSQLError(.statementFailed, report.message, report: report)
        #expect(EngineError(error, duringCommit: true).code == .outcomeUnknown)
        #expect(EngineError(error, duringCommit: false).code == .databaseUnavailable)
    }
}

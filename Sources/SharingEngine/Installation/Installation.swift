import BundledFiles
import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog
import PostgreSQL

/// Brings a database to what an engine needs. Needs the rights of the schema's owner.
public struct Installation: Sendable {
    /// What `migrate` did.
    public struct Report: Hashable, Sendable {
        /// Names of the migrations that were applied now; empty where nothing was missing.
        public let applied: [String]
    }

    private let configuration: ConnectionConfiguration

    public init(connectionString: String) {
        configuration = ConnectionConfiguration(connectionString: connectionString, statementTimeout: nil)
    }

    /// Applies the migrations that are missing, and founds the ledger unless it is there. Safe from several processes at once.
    public func migrate(ledger: String = "default") async throws -> Report {
        try await Connection.withConnection(configuration) { connection in
            let applied = try await Self.migrator().migrate(connection)
            try await LedgerDirectory.found(ledger, on: connection)
            return Report(applied: applied.map(\.name))
        }
    }

    /// Throws unless the database has exactly the migrations of this program. Changes nothing.
    public func verify() async throws {
        try await Connection.withConnection(configuration) { try await Self.migrator().verify($0) }
    }

    /// The policy that comes with the program, for ledgers that have none yet.
    public static func defaultPolicy() throws -> String { try BundledFiles.text("device-sharing.yaml", in: .policies) }

    /// The cases that come with it.
    package static func defaultPolicyCases() throws -> PolicyTestSuite {
        let file = "device-sharing.tests.yaml"
        return try PolicyTestSuite.load(BundledFiles.text(file, in: .policies), file: file)
    }

    static func migrator() throws -> Migrator {
        try Migrator(files: BundledFiles.texts(in: .schema, suffix: ".sql"))
    }
}

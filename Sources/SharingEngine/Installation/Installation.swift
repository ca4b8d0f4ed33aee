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
        /// Paths below `Schema/` of the files that were applied now; empty where nothing was missing.
        public let applied: [String]
        /// The older schema that the database had until now, and that was made this program's: `schema-17`. Nil where it had
        /// none.
        public let adopted: String?
    }

    private let configuration: ConnectionConfiguration

    public init(connectionString: String) {
        configuration = ConnectionConfiguration(connectionString: connectionString, statementTimeout: nil)
    }

    /// Applies the files of the schema that are missing or have changed, and founds the ledger unless it is there. Safe from
    /// several processes at once. Throws `EventLogError` where the database holds another schema, or refuses a file, and
    /// `encoding-unusable`, before anything is changed, where the database is not UTF-8.
    public func migrate(ledger: String = "default") async throws -> Report {
        try await Connection.withConnection(configuration) { connection in
            try await DatabaseEncoding.require(connection)
            let report = try await Self.migrator().migrate(connection)
            try await LedgerDirectory.found(ledger, on: connection)
            return Report(applied: report.names, adopted: report.adopted)
        }
    }

    /// Throws unless this program can work with the schema of the database: its compatibility number is in the program's range,
    /// and no privilege is missing. Changes nothing.
    public func verify() async throws {
        try await Connection.withConnection(configuration) { try await Self.compatibility().verify($0) }
    }

    /// The schema number of this program: that of its newest numbered file.
    public static func schemaNumber() throws -> Int { Int(try migrator().files.number) }

    /// The policy that comes with the program, for ledgers that have none yet.
    public static func defaultPolicy() throws -> String { try BundledFiles.text("device-sharing.yaml", in: .policies) }

    /// The cases that come with it.
    package static func defaultPolicyCases() throws -> PolicyTestSuite {
        let file = "device-sharing.tests.yaml"
        return try PolicyTestSuite.load(BundledFiles.text(file, in: .policies), file: file)
    }

    static func migrator() throws -> Migrator { try Migrator(files: BundledFiles.texts(in: .schema)) }

    static func compatibility() throws -> SchemaCompatibility {
        try SchemaCompatibility(text: BundledFiles.text("compatibility", in: .schema))
    }
}

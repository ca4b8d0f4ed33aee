import Canonical

/// What can go wrong with the log beyond what the database itself reports.
package struct EventLogError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        /// No ledger of that name or key.
        case ledgerNotFound = "ledger-not-found"
        /// A migration that was applied is not what the program has under its number.
        case migrationChanged = "migration-changed"
        /// The database was migrated by a program that is too new for this one.
        case migrationUnknown = "migration-unknown"
        /// The database refused a migration, which has left no trace.
        case migrationFailed = "migration-failed"
        /// Numbers of migrations have a gap or repeat, a file has none, or the lists of `Schema/` do not fit its files.
        case migrationMisnumbered = "migration-misnumbered"
        /// The schema of the database is neither empty nor one that this program can bring to its own.
        case schemaForeign = "schema-foreign"
        /// The database must be migrated before this program can work with it.
        case migrationPending = "migration-pending"
        /// The database is of another encoding than UTF-8.
        case encodingUnusable = "encoding-unusable"
        /// An event in the log cannot be read by this program.
        case eventUnreadable = "event-unreadable"
        /// The data of an event have left the log for an archive.
        case dataInArchive = "data-in-archive"
        /// Positions or versions are not 1, 2, 3 … as they must be.
        case gapInLog = "gap-in-log"
        /// The log does not hold an event that was read before: its database has come back without its last events.
        case logRewound = "log-rewound"
    }

    package let code: Code
    package let message: String
    /// Where in the ledger, when it is about one event.
    package let position: Position?

    package init(_ code: Code, _ message: String, position: Position? = nil) {
        self.code = code
        self.message = message
        self.position = position
    }

    /// `data-in-archive`.
    package init(dataInArchiveAt position: Position) {
        self.init(.dataInArchive, "the data of the event are in an archive, and not in the log", position: position)
    }

    /// The message with the position.
    package var text: String { message + (position.map { " (position \($0))" } ?? "") }

    package var description: String { "\(code.rawValue): \(text)" }
}

/// One gap-free sequence of events: a tenant's log.
package struct Ledger: Hashable, Sendable {
    /// Key in the database; the first column of every other key.
    package let key: Int32
    /// Part of what every leaf hash covers.
    package let name: String

    package init(key: Int32, name: String) {
        self.key = key
        self.name = name
    }

    /// The ledger of an installation with one tenant.
    package static let defaultName = "default"

    /// Channel on which PostgreSQL tells of new events.
    package var channel: String { "devshare_ledger_\(key)" }
}

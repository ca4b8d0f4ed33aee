import Canonical

/// A repeatable file of `Schema/`: functions, views, triggers and roles. It is applied again when its digest changes, so a
/// second run must change nothing.
package struct Definition: Hashable, Sendable {
    /// The file's path below `Schema/`: `functions/log/ledger_append.sql`.
    package let name: String
    package let sql: String
    package let digest: Digest

    package init(name: String, sql: String) {
        self.name = name
        self.sql = sql
        digest = Digest(sha256: Array(sql.utf8))
    }
}

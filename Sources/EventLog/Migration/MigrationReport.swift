/// What a migration did.
package struct MigrationReport: Sendable {
    /// Name of the old schema, if the database had it until now: `schema-17`.
    package var adopted: String?
    /// Numbered files that were applied now, in order.
    package var migrations: [Migration] = []
    /// Repeatable files that were applied now, in order.
    package var definitions: [Definition] = []

    /// Names of all of them.
    package var names: [String] { migrations.map(\.name) + definitions.map(\.name) }
}

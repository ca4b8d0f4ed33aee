/// What the server said about an error, field by field (PostgreSQL manual, section 55.8).
package final class ServerReport: Sendable {
    package let sqlState: SQLState
    /// ERROR, FATAL or PANIC, never translated.
    package let severity: String
    package let message: String
    package let detail: String?
    package let hint: String?
    package let schema: String?
    package let table: String?
    package let column: String?
    package let constraint: String?
    /// Where the statement is wrong, in characters, from 1.
    package let position: Int?
    /// The call stack of functions on the server.
    package let context: String?

    package init(
        sqlState: SQLState, severity: String, message: String, detail: String? = nil, hint: String? = nil,
        schema: String? = nil, table: String? = nil, column: String? = nil, constraint: String? = nil,
        position: Int? = nil, context: String? = nil
    ) {
        self.sqlState = sqlState
        self.severity = severity
        self.message = message
        self.detail = detail
        self.hint = hint
        self.schema = schema
        self.table = table
        self.column = column
        self.constraint = constraint
        self.position = position
        self.context = context
    }

    /// Whether the server ends the connection after this report.
    var endsConnection: Bool { severity == "FATAL" || severity == "PANIC" }
}

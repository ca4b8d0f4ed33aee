/// One SQL statement with its values, which are always bound, never written into the text.
package struct Statement: Sendable {
    package let sql: String
    package let parameters: [any PostgresEncodable]

    package init(_ sql: String, _ parameters: [any PostgresEncodable] = []) {
        self.sql = sql
        self.parameters = parameters
    }
}

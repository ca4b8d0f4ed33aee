import PostgreSQL

/// The conditions of a query that is put together from what a filter asks for, so that the database plans for these and for no
/// others. Values are bound, never written into the text.
struct Conditions {
    private(set) var parameters: [any PostgresEncodable] = []
    private var texts: [String] = []

    /// Binds a value, and returns what stands for it in the text.
    mutating func bind(_ value: some PostgresEncodable) -> String {
        parameters.append(value)
        return "$\(parameters.count)"
    }

    mutating func require(_ text: String) { texts.append(text) }

    /// What is required, and one thing more.
    func text(and more: String? = nil) -> String { (texts + (more.map { [$0] } ?? [])).joined(separator: " AND ") }
}

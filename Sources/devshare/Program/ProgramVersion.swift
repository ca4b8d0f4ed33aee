import SharingEngine

/// Which program this is.
enum ProgramVersion {
    /// Of the program and what it promises: verbs, API, files.
    static let number = "1.0.0"
    /// The schema that a database has when this program has migrated it, by the number of its newest file. Nil where the files
    /// that travel with the program are missing.
    static let schema: Int? = try? Installation.schemaNumber()

    static let text = "devshare \(number), schema \(schema.map(String.init) ?? "unknown")"
}

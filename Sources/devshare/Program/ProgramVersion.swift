/// Which program this is.
enum ProgramVersion {
    /// Of the program and what it promises: verbs, API, files.
    static let number = "1.0.0"
    /// The newest migration that it knows, which a database has when this program has migrated it.
    static let schema = 19

    static let text = "devshare \(number), schema \(schema)"
}

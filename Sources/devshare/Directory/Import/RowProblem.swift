import Canonical

/// What is wrong with one row of a file. Never with a value of it: it may be personal data.
struct RowProblem: Error, Hashable, Sendable {
    /// Where the row begins, from 1.
    let line: Int
    let message: String

    var json: JSONValue { ["line": JSONValue(line), "problem": .string(message)] }
}

/// A row's members by their dotted names, or why they cannot be had.
struct RawRow: Sendable {
    let line: Int
    let fields: Result<[String: String], RowProblem>
}

/// Makes rows of the bytes of a file, as they come.
protocol RowReader {
    /// Takes the next bytes and returns the rows that they complete.
    mutating func read(_ bytes: [UInt8]) -> [RawRow]
    /// The file is at its end: the row that is left, if any.
    mutating func finish() -> [RawRow]
}

/// Limits of a file of users and devices.
enum ImportLimits {
    /// Bytes of one row.
    static let row = 65_536
    /// Columns of a CSV file.
    static let columns = 100
    /// Problems that are kept to be reported; more are only counted.
    static let problems = 10_000
    /// Bytes read in one go.
    static let chunk = 262_144
    /// Rows in the engine's hands at the same time.
    static let rowsInFlight = 512
}

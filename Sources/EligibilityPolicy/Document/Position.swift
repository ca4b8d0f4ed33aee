/// A place in a document.
struct Position: Hashable, Comparable, Sendable {
    /// From 1.
    var line: Int
    /// In characters (Unicode scalars), from 1.
    var column: Int

    static let start = Position(line: 1, column: 1)

    static func < (left: Position, right: Position) -> Bool { (left.line, left.column) < (right.line, right.column) }
}

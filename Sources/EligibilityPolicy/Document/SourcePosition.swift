/// A place in a document.
package struct SourcePosition: Hashable, Comparable, Sendable {
    /// From 1.
    package var line: Int
    /// In characters (Unicode scalars), from 1.
    package var column: Int

    package static let start = SourcePosition(line: 1, column: 1)

    package static func < (left: SourcePosition, right: SourcePosition) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// A place in a ledger: 1 is the first event, and there are no gaps. `start` is before the first.
public struct Position: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    public let rawValue: Int64

    public init(rawValue: Int64) { self.rawValue = rawValue }

    /// Before the first event.
    public static let start = Position(rawValue: 0)

    /// The position `distance` places on; the last or first that there can be, where that is beyond it.
    public func advanced(by distance: Int) -> Position {
        let (sum, overflows) = rawValue.addingReportingOverflow(Int64(distance))
        return Position(rawValue: overflows ? (distance < 0 ? .min : .max) : sum)
    }

    public static func < (left: Position, right: Position) -> Bool { left.rawValue < right.rawValue }

    public var description: String { String(rawValue) }
}

/// A place in a ledger: 1 is the first event, and there are no gaps. `start` is before the first.
public struct Position: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    public let rawValue: Int64

    public init(rawValue: Int64) { self.rawValue = rawValue }

    /// Before the first event.
    public static let start = Position(rawValue: 0)

    /// The position `distance` places on.
    public func advanced(by distance: Int) -> Position { Position(rawValue: rawValue + Int64(distance)) }

    public static func < (left: Position, right: Position) -> Bool { left.rawValue < right.rawValue }

    public var description: String { String(rawValue) }
}

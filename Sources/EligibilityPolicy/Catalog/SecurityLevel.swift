/// How strongly a kind of device protects a login. Higher is stronger.
///
/// Levels are policy data: only their order means anything, so a new kind of device
/// may be placed between two others by changing the catalogue alone.
public struct SecurityLevel: Hashable, Comparable, Sendable, RawRepresentable {
    /// The level that stands for "no device": below every level of a catalogue.
    public static let none = SecurityLevel(rawValue: 0)

    public let rawValue: Int

    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    public static func < (left: SecurityLevel, right: SecurityLevel) -> Bool {
        left.rawValue < right.rawValue
    }
}

extension SecurityLevel: CustomStringConvertible {
    public var description: String { String(rawValue) }
}

/// The name of a kind of device in the catalogue, such as `dsc-plus`.
public struct DeviceKindID: Hashable, Sendable, RawRepresentable {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }
}

extension DeviceKindID: ExpressibleByStringLiteral, CustomStringConvertible {
    public init(stringLiteral value: String) { self.init(rawValue: value) }
    public var description: String { rawValue }
}

/// What policy knows of one kind of device.
public struct DeviceKind: Hashable, Sendable, Identifiable {
    public let id: DeviceKindID
    /// The kind's name as clients know it.
    public let title: LocalizedText
    public let level: SecurityLevel
    /// Whether another user may log in with such a device.
    public let isShareable: Bool
    /// Whether such a device stands in for another until that one arrives or is found.
    public let isTemporary: Bool
    /// Whether it is a thing one holds; an app authenticator or a code on a screen is not.
    public let isPhysical: Bool
    /// Whether no such device is issued or shared any more. The kind stays in the catalogue, since devices of it may still be in
    /// use, and since rules may name it.
    public let isRetired: Bool

    public init(
        id: DeviceKindID, title: LocalizedText, level: SecurityLevel,
        isShareable: Bool, isTemporary: Bool, isPhysical: Bool, isRetired: Bool = false
    ) {
        self.id = id
        self.title = title
        self.level = level
        self.isShareable = isShareable
        self.isTemporary = isTemporary
        self.isPhysical = isPhysical
        self.isRetired = isRetired
    }
}

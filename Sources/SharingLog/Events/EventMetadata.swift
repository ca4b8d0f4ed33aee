import Canonical
import DeviceSharing
import EventLog

/// Who recorded an event and why: what its metadata say, in the newest version of their shape.
///
/// This is the one place that knows the shape, apart from the search by actor (`EventSearch`). The stored bytes never change,
/// since the leaf hash covers them; older versions become the newest one here, when they are read.
package struct EventMetadata: Hashable, Sendable {
    /// The version that is written, in the member `v`. Events of the first release lack it: they are of version 1.
    ///
    /// Raise it when a member changes its meaning or goes, and add the step from the version before to `upcast`. A member that is
    /// only added needs no new version: readers pass over members that they do not know.
    static let version: Int64 = 1

    package let actor: String?
    package let role: Role?
    package let correlation: String?
    package let traceParent: String?

    /// Reads metadata as they are stored. Throws `event-unreadable` where their version is newer than this program knows.
    package init(_ stored: JSONValue, at position: Position) throws(EventLogError) {
        let json = try Self.upcast(stored, at: position)
        actor = json["actor"]?.stringValue
        role = json["role"]?.stringValue.flatMap(Role.init(rawValue:))
        correlation = json["correlation"]?.stringValue
        traceParent = json["traceparent"]?.stringValue
    }

    /// Makes metadata of any version those of the newest: one step for each version.
    private static func upcast(_ stored: JSONValue, at position: Position) throws(EventLogError) -> JSONValue {
        let version = stored["v"].map(\.integerValue) ?? 1
        guard let version, (1...Self.version).contains(version) else {
            throw EventLogError(
                .eventUnreadable,
                "the metadata have a version that this program does not know; it knows up to \(Self.version)",
                position: position)
        }
        return stored
    }
}

import Canonical
import DeviceSharing
import EventLog
import Testing

@testable import SharingEngine
@testable import SharingLog

@Suite("Metadata of an event") struct EventMetadataTests {
    private static let position = Position(rawValue: 7)

    @Test func sayTheVersionOfTheirShape() throws {
        let context = CommandContext(actor: Actor(id: "desk-2", role: .compliance), correlation: "c-1")
        let bytes = context.metadata(policy: nil)
        #expect(String(decoding: bytes, as: UTF8.self) == #"{"actor":"desk-2","correlation":"c-1","role":"compliance","v":1}"#)
        let read = try EventMetadata(JSONValue(parsing: bytes), at: Self.position)
        #expect(read.actor == "desk-2" && read.role == .compliance && read.correlation == "c-1" && read.traceParent == nil)
    }

    @Test("are of version 1 where they do not say it, as those of the first release do not")
    func withoutAVersion() throws {
        let old = try JSONValue(parsing: #"{"actor":"portal","role":"portal"}"#)
        let new = try JSONValue(parsing: #"{"actor":"portal","role":"portal","v":1}"#)
        #expect(try EventMetadata(old, at: Self.position) == EventMetadata(new, at: Self.position))
    }

    @Test("are refused where their version is unknown", arguments: ["2", "0", "-1", #""1""#, "null", "1.5"])
    func ofAnUnknownVersion(version: String) throws {
        let stored = try JSONValue(parsing: #"{"actor":"portal","v":\#(version)}"#)
        let error = #expect(throws: EventLogError.self) { try EventMetadata(stored, at: Self.position) }
        #expect(error?.code == .eventUnreadable && error?.position == Self.position)
    }
}

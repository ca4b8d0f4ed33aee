import Canonical
import Foundation
import TestSupport
import Testing

@testable import DeviceSharing

@Suite("Identifiers")
struct IdentifierTests {
    @Test("are 1 to 64 letters, digits and . _ @ : -")
    func valid() {
        for text in ["a", "Alice.Smith_2@x:y-z", String(repeating: "9", count: 64)] {
            #expect(UserID(text)?.rawValue == text)
        }
        for text in ["", String(repeating: "9", count: 65), "a b", "a/b", "é", "a\n", "a\u{0}", "Ａ", "a'", "a%", "<a>"] {
            #expect(UserID(text) == nil)
        }
        #expect(UserID("alice") != UserID("Alice"))
    }

    @Test("of share requests are UUIDs of version 7 that sort by time")
    func shareRequests() throws {
        var random = SeededGenerator()
        for step in 1..<500 {
            let (earlier, later) = (
                ShareRequestID(at: Timestamp(microseconds: Int64(step) * 1_000_000), using: &random),
                ShareRequestID(at: Timestamp(microseconds: Int64(step) * 1_000_000 + 1_000), using: &random)
            )
            #expect(earlier < later && earlier.description < later.description, "seed \(random.seed)")
            let text = Array(earlier.description.utf8)
            #expect(text[14] == UInt8(ascii: "7") && Array("89ab".utf8).contains(text[19]), "seed \(random.seed)")
            #expect(earlier.description == earlier.uuid.uuidString.lowercased(), "seed \(random.seed)")
            #expect(ShareRequestID(earlier.description) == earlier, "seed \(random.seed)")
        }
        let known = ShareRequestID(at: Timestamp(microseconds: 0x0102_0304_0506 * 1_000), using: &random).description
        #expect(known.hasPrefix("01020304-0506-7"))
        for text in ["", "alice", "01020304-0506-7000-8000-00000000000", "01020304-0506-7000-8000-00000000000g"] {
            #expect(ShareRequestID(text) == nil)
        }
    }

    @Test("of streams read back from their names, and from no other names")
    func streams() throws {
        var random = SeededGenerator()
        for _ in 0..<200 {
            for stream in [
                StreamID.user(random.user()), .device(random.device()), .shareRequest(random.request()),
                .policy("device-sharing"),
            ] {
                #expect(StreamID(name: stream.name) == stream, "seed \(random.seed)")
            }
        }
        for name in [
            "", "user", "user/", "/alice", "users/alice", "user/a b", "user/a/b", "device/", "device/é",
            "share-request/alice", "policy/",
            "share-request/01020304-0506-7000-8000-00000000000A", "User/alice",
        ] {
            #expect(StreamID(name: name) == nil, "\(name)")
        }
    }
}

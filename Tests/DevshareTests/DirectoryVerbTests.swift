import Canonical
import Foundation
import TestSupport
import Testing

@testable import devshare

/// Lists, exports, what leaves, and the comparison with a complete list.
@Suite(.fewAtOnce) struct DirectoryVerbTests {
    private static func user(_ id: String) -> String {
        #"{"type":"user","id":"\#(id)","entity":"E-1","entityKind":"individual","registeredAt":"2020-01-01T00:00:00Z"}"#
    }

    private static func device(_ id: String, of holder: String) -> String {
        #"{"type":"device","id":"\#(id)","holder":"\#(holder)","kind":"dsc-plus","activatedAt":"2020-01-01T00:00:00Z"}"#
    }

    private static let all = [user("ann"), user("bea"), user("cleo"), device("D-1", of: "ann"), device("D-2", of: "bea")]

    private static func file(_ lines: [String]) throws -> String { try temporaryFile("d.jsonl", lines.joined(separator: "\n")) }

    @Test func usersAndDevicesAreListedExportedAndFollowed() async throws {
        let (program, _) = try await Program.ready()
        #expect(try await program.run("directory", "import", try Self.file(Self.all)).status == 0)
        let first = try await program.run("user", "list", "--limit", "2", "--json")
        #expect(try first.json().map { $0["id"]?.stringValue } == ["ann", "bea"])
        let after = try #require(first.error.split(separator: " ").last.map { $0.trimmingCharacters(in: .newlines) })
        let second = try await program.run("user", "list", "--limit", "2", "--after", after)
        #expect(second.lines.count == 2 && second.output.contains("cleo"))
        let asOf = try #require(second.error.split(separator: " ").last.map { $0.trimmingCharacters(in: .newlines) })
        #expect(try await program.run("device", "list", "--holder", "bea", "--status", "active").output.contains("D-2"))
        #expect(try await program.run("user", "close", "ann").status == 0)
        let changed = try await program.run("user", "list", "--updated-since", asOf, "--json")
        #expect(try changed.json().map { $0["status"]?.stringValue } == ["closed"])
        let export = try await program.json("directory", "export")
        #expect(export.map { $0["type"]?.stringValue } == ["user", "user", "user", "device", "device", "end"])
        #expect(export.last?["users"] == 3)
        #expect(try await program.json("directory", "export", "--updated-since", asOf).count == 2)
        let foreign = try await program.run("user", "list", "--updated-since", "1-00000000")
        #expect(foreign.error.hasPrefix("sync-point-unknown: "))
        #expect(try await program.run("user", "list", "--updated-since", asOf, "--status", "open").status == 64)
    }

    @Test func whatLeavesHasRowsOfItsOwnInBothFormats() async throws {
        for (name, text) in [
            (
                "d.jsonl",
                """
                {"type":"user-closed","id":"ann"}
                {"type":"device-deactivated","id":"D-1","reason":"worn out"}
                {"type":"device-lost","id":"D-2"}
                """
            ),
            ("d.csv", "type,id,reason\nuser-closed,ann,\ndevice-deactivated,D-1,worn out\ndevice-lost,D-2,\n"),
        ] {
            let (program, _) = try await Program.ready()
            #expect(try await program.run("directory", "import", try Self.file(Self.all)).status == 0)
            let outcome = try await program.run("directory", "import", try temporaryFile(name, text))
            #expect(outcome.output == "1 user and 2 devices: 3 recorded, 0 unchanged, 0 refused\n", "\(outcome.error)")
            let export = try await program.json("directory", "export")
            #expect(export.compactMap { $0["status"]?.stringValue } == ["closed", "open", "open", "deactivated", "lost"])
        }
    }

    @Test func aSyncClosesWhatIsMissingOnlyWhenToldHowMuch() async throws {
        let (program, _) = try await Program.ready()
        #expect(try await program.run("directory", "import", try Self.file(Self.all)).status == 0)
        let list = try Self.file([Self.user("ann"), Self.user("bea"), Self.user("dora"), Self.device("D-1", of: "ann")])
        let before = try await program.run("directory", "export")
        let shown = try await program.run("directory", "sync", list)
        #expect(shown.status == 0)
        #expect(shown.output == "user cleo\ndevice D-2\n2 missing; --confirm 2 imports the list and closes them\n")
        let wrong = try await program.run("directory", "sync", list, "--confirm", "3")
        #expect(
            wrong.status != 0
                && wrong.error.hasPrefix("sync-not-confirmed: 2 are missing from the list, not 3; nothing was changed"))
        let bad = try await program.run("directory", "sync", try Self.file([Self.user("ann"), "{}"]), "--confirm", "4")
        #expect(bad.status == 65 && bad.error.contains("Nothing was changed"))
        #expect(try await program.run("directory", "export").output == before.output)
        let done = try await program.run("directory", "sync", list, "--confirm", "2")
        #expect(done.output == "user cleo\ndevice D-2\n2 were missing, 2 closed or deactivated\n")
        let export = try await program.json("directory", "export")
        #expect(
            export.compactMap { $0["status"]?.stringValue } == ["open", "open", "closed", "open", "active", "deactivated"])
        #expect(try await program.run("directory", "sync", list).output == "nothing is missing; --confirm 0 imports the list\n")
    }

    @Test func aServerIsAskedAlike() async throws {
        let (program, _) = try await Program.ready()
        #expect(try await program.run("directory", "import", try Self.file(Self.all)).status == 0)
        let served = try await ServedProgram.start(on: program)
        defer { served.program.signal(SIGTERM) }
        let remote = Program(environment: [
            "DEVSHARE_REMOTE_URL": served.address, "DEVSHARE_REMOTE_TOKEN": try await served.token(.operator),
        ])
        #expect(try await remote.json("user", "list").map { $0["id"]?.stringValue } == ["ann", "bea", "cleo"])
        #expect(try await remote.json("device", "list", "--holder", "ann").map { $0["id"]?.stringValue } == ["D-1"])
        #expect(try await remote.json("directory", "export").last?["devices"] == 2)
        let list = try Self.file([Self.user("ann"), Self.user("bea"), Self.device("D-1", of: "ann")])
        #expect(try await remote.run("directory", "sync", list).output.contains("2 missing; --confirm 2"))
        let wrong = try await remote.run("directory", "sync", list, "--confirm", "1")
        #expect(wrong.error.hasPrefix("sync-not-confirmed: 2 are missing"), "\(wrong.error)")
        #expect(
            try await remote.run("directory", "sync", list, "--confirm", "2").output.contains(
                "2 were missing, 2 closed or deactivated"))
    }
}

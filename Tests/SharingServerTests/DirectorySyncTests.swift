import Canonical
import DeviceSharing
import TestSupport
import Testing

@testable import DeviceSharingClient

/// Imports that take users and devices out, and the comparison with a complete list.
@Suite(.fewAtOnce) struct DirectorySyncTests {
    private static let headers = [("Content-Type", "application/x-ndjson")]

    private static func user(_ id: String, entity: String = "e1") -> String {
        #"{"type":"user","id":"\#(id)","entity":"\#(entity)","entityKind":"individual","registeredAt":"2020-01-01T00:00:00Z"}"#
    }

    private static func device(_ id: String, of holder: String) -> String {
        #"{"type":"device","id":"\#(id)","holder":"\#(holder)","kind":"dsc-plus","activatedAt":"2020-01-01T00:00:00Z"}"#
    }

    private static func send(_ api: API, _ path: String, _ lines: [String]) async throws -> Reply {
        try await api.send(.POST, path, as: .portal, text: lines.joined(separator: "\n"), headers: headers)
    }

    private static func status(_ api: API, _ path: String) async throws -> String? {
        try await api.send(.GET, path, as: .portal).json["status"]?.stringValue
    }

    @Test func anImportClosesDeactivatesAndReportsLoss() async throws {
        try await API.run { api in
            let reply = try await Self.send(
                api, "/v1/directory/import",
                [
                    #"{"type":"user-closed","id":"ann"}"#, #"{"type":"device-deactivated","id":"D-1","reason":"worn out"}"#,
                    #"{"type":"device-lost","id":"D-2"}"#, Self.device("D-1", of: "ann"), Self.device("D-2", of: "bea"),
                    #"{"type":"device-deactivated","id":"D-1","reason":"worn out"}"#, #"{"type":"device-lost","id":"D-2"}"#,
                    Self.user("ann"),
                    Self.user("bea"), #"{"type":"user-closed","id":"nobody"}"#, #"{"type":"device-deactivated","id":"D-2"}"#,
                    #"{"type":"user-closed","id":"bea","entity":"e1"}"#, #"{"type":"device-lost","id":"no such"}"#,
                ])
            let results = try reply.text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
            #expect(
                results.map { $0["code"]?.stringValue ?? $0["status"]?.stringValue } == [
                    // Users are closed last; what happens to one device counts in the order of its lines.
                    "recorded", "device-not-found", "device-not-found", "recorded", "recorded", "recorded", "recorded",
                    "recorded", "recorded",
                    "user-not-found", "request-invalid", "request-invalid", "request-invalid",
                ])
            #expect(try await Self.status(api, "/v1/users/ann") == "closed")
            #expect(try await Self.status(api, "/v1/users/bea") == "open")
            #expect(try await api.send(.GET, "/v1/devices/D-1", as: .portal).json["deactivationReason"] == "worn out")
            #expect(try await Self.status(api, "/v1/devices/D-2") == "lost")
            let again = try await Self.send(
                api, "/v1/directory/import", [#"{"type":"user-closed","id":"ann"}"#, #"{"type":"device-lost","id":"D-2"}"#])
            #expect(again.text.split(separator: "\n").allSatisfy { $0.contains("unchanged") })
        }
    }

    /// Three users and two devices; the list has lost a user and a device, and has a new user.
    private static func directory(_ api: API) async throws -> [String] {
        let all = [user("ann"), user("bea"), user("cleo"), device("D-1", of: "ann"), device("D-2", of: "bea")]
        _ = try await send(api, "/v1/directory/import", all)
        return [user("ann"), user("bea", entity: "e9"), user("dora"), device("D-1", of: "ann")]
    }

    @Test func aSyncSaysWhatIsMissingAndChangesNothing() async throws {
        try await API.run { api in
            let list = try await Self.directory(api)
            let head = try await api.engine.log.head()
            let reply = try await Self.send(api, "/v1/directory/sync", list)
            #expect(reply.json["applied"] == false)
            #expect(reply.json["missing"] == ["users": 1, "devices": 1, "total": 2])
            #expect(reply.json["missingUsers"] == ["cleo"] && reply.json["missingDevices"] == ["D-2"])
            #expect(try await api.engine.log.head() == head)
        }
    }

    @Test func onlyTheVeryNumberClosesWhatIsMissing() async throws {
        try await API.run { api in
            let list = try await Self.directory(api)
            let head = try await api.engine.log.head()
            for number in [0, 1, 3, 1_000_000] {
                let refused = try await Self.send(api, "/v1/directory/sync?confirm=\(number)", list)
                #expect(refused.status == 409 && refused.code == "sync-not-confirmed", "\(number)")
                #expect(refused.json["parameters"] == ["missing": 2, "confirmed": .integer(Int64(number))])
            }
            for number in ["-1", "two", "2.0"] {
                #expect(try await Self.send(api, "/v1/directory/sync?confirm=\(number)", list).status == 400)
            }
            #expect(try await api.engine.log.head() == head, "nothing was changed so far")
            let done = try await Self.send(api, "/v1/directory/sync?confirm=2", list)
            #expect(done.json["applied"] == true && done.json["retired"] == 2 && done.json["notRetired"] == nil)
            #expect(done.json["lines"] == ["read": 4, "recorded": 2, "refused": 0])
            #expect(try await Self.status(api, "/v1/users/cleo") == "closed")
            #expect(try await Self.status(api, "/v1/devices/D-2") == "deactivated")
            #expect(try await Self.status(api, "/v1/users/dora") == "open")
            #expect(try await api.send(.GET, "/v1/users/bea", as: .portal).json["entity"] == "e9")
            // The same again: nothing is missing any more.
            #expect(try await Self.send(api, "/v1/directory/sync", list).json["missing"]?["total"] == 0)
            #expect(try await Self.send(api, "/v1/directory/sync?confirm=2", list).code == "sync-not-confirmed")
            #expect(try await Self.send(api, "/v1/directory/sync?confirm=0", list).json["applied"] == true)
        }
    }

    /// A user on a line that cannot be read would count as missing.
    @Test func aListThatCannotBeReadClosesNobody() async throws {
        try await API.run { api in
            let list = try await Self.directory(api)
            let head = try await api.engine.log.head()
            for bad in ["nonsense", "{}", #"{"type":"user","id":"cleo"}"#, #"{"type":"user","id":"cl eo"}"#] {
                let shown = try await Self.send(api, "/v1/directory/sync", list + [bad])
                #expect(shown.json["lines"]?["refused"] == 1 && shown.json["problems"]?.arrayValue?.first?["line"] == 5)
                let refused = try await Self.send(api, "/v1/directory/sync?confirm=2", list + [bad])
                #expect(refused.status == 422 && refused.code == "sync-list-invalid", "\(bad)")
            }
            #expect(
                try await Self.send(api, "/v1/directory/sync?only=users&confirm=1", list).code == "sync-list-invalid",
                "a device's line")
            #expect(try await api.engine.log.head() == head)
        }
    }

    @Test func aPartOfTheDirectoryIsComparedWithAListOfThatPart() async throws {
        try await API.run { api in
            _ = try await Self.directory(api)
            func missing(_ query: String, _ list: [String]) async throws -> JSONValue? {
                let reply = try await Self.send(api, "/v1/directory/sync?\(query)", list)
                return .array([reply.json["missingUsers"] ?? .null, reply.json["missingDevices"] ?? .null])
            }
            #expect(try await missing("only=users", [Self.user("ann")]) == [["bea", "cleo"], []])
            #expect(try await missing("only=devices", [Self.device("D-1", of: "ann")]) == [[], ["D-2"]])
            #expect(try await missing("only=users&from=b&before=c", []) == [["bea"], []])
            #expect(try await missing("only=users&from=bea", []) == [["bea", "cleo"], []])
            #expect(try await missing("only=users&before=bea", []) == [["ann"], []])
            #expect(try await missing("", []) == [["ann", "bea", "cleo"], ["D-1", "D-2"]], "an empty list lacks all")
        }
    }

    @Test func whatIsOutOfForceIsNotMissing() async throws {
        try await API.run { api in
            _ = try await Self.directory(api)
            _ = try await api.send(.DELETE, "/v1/users/cleo", as: .portal)
            _ = try await api.send(.POST, "/v1/devices/D-1/deactivation", as: .portal, body: ["reason": "worn out"])
            _ = try await api.send(.POST, "/v1/devices/D-2/deactivation", as: .portal, body: ["lost": true])
            let temporary: JSONValue = [
                "holder": "ann", "kind": "temporary-code", "activatedAt": "2020-01-01T00:00:00Z",
                "expiresAt": "2020-01-02T00:00:00Z",
            ]
            #expect(try await api.send(.PUT, "/v1/devices/T-1", as: .portal, body: temporary).status == 201)
            let reply = try await Self.send(api, "/v1/directory/sync", [Self.user("ann"), Self.user("bea")])
            #expect(reply.json["missing"]?["total"] == 0, "\(reply.text)")
        }
    }

    @Test func theClientSyncs() async throws {
        try await API.run { api in
            let list = try await Self.directory(api).joined(separator: "\n")
            let token = try await api.token(.portal)
            let client = DeviceSharingClient(.init(server: api.address("")) { token })
            let shown = try await client.syncDirectory(list)
            #expect(!shown.isApplied && shown.missing == 2 && shown.missingUsers.map(\.rawValue) == ["cleo"])
            let error = await #expect(throws: ClientError.self) { try await client.syncDirectory(list, confirm: 1) }
            #expect(error?.problem?.code == "sync-not-confirmed")
            #expect(try await client.syncDirectory(list, confirm: 2).isApplied)
            #expect(try await client.syncDirectory("", of: SyncScope(only: .devices, from: "D-1", before: "D-2")).missing == 1)
        }
    }
}

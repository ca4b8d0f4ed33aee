import Canonical
import DeviceSharing
import SharingEngine
import TestSupport
import Testing

@testable import DeviceSharingClient

/// Lists and exports of users and devices, for keeping a copy.
@Suite(.fewAtOnce) struct DirectoryListTests {
    private static func ids(_ reply: Reply) -> [String] {
        (reply.json["items"]?.arrayValue ?? []).compactMap { $0["id"]?.stringValue }
    }

    /// All pages of a list, from a path with a query.
    private static func all(_ api: API, _ path: String) async throws -> (ids: [String], pages: Int, asOf: Set<String>) {
        var (ids, pages, asOf): ([String], Int, Set<String>) = ([], 0, [])
        var next: String? = path
        while let page = next {
            let reply = try await api.send(.GET, page, as: .portal)
            #expect(reply.status == 200)
            ids += Self.ids(reply)
            pages += 1
            if let point = reply.json["asOf"]?.stringValue { asOf.insert(point) }
            // As RFC 8288 has it: the address in angle brackets.
            next = reply.headers.first(name: "Link").map { String($0.dropFirst().prefix { $0 != ">" }) }
            #expect((next == nil) == (reply.json["next"] == nil))
            #expect(pages < 100)
        }
        return (ids, pages, asOf)
    }

    @Test func usersAndDevicesAreListedPageByPage() async throws {
        try await API.run { api in
            for number in 1...5 { try await api.user("user\(number)", entity: "e\(number % 2)") }
            for number in 1...3 { try await api.device("D-\(number)", of: "user\(number)") }
            _ = try await api.send(.DELETE, "/v1/users/user3", as: .portal)
            let (users, pages, asOf) = try await Self.all(api, "/v1/users?limit=2")
            #expect(users == (1...5).map { "user\($0)" })
            #expect(pages == 3 && asOf.count == 1)
            #expect(try await Self.all(api, "/v1/users?limit=2&entity=e1").ids == ["user1", "user3", "user5"])
            #expect(try await Self.all(api, "/v1/users?limit=1&entity=e1&status=open").ids == ["user1", "user5"])
            #expect(try await Self.all(api, "/v1/devices?limit=2").ids == ["D-1", "D-2", "D-3"])
            #expect(try await Self.all(api, "/v1/devices?holder=user2&status=active").ids == ["D-2"])
            #expect(try await Self.all(api, "/v1/devices?status=lost").ids == [])
            let closed = try await api.send(.GET, "/v1/users?status=closed", as: .compliance)
            #expect(
                closed.json["items"] == [
                    [
                        "id": "user3", "entity": "e1", "entityKind": "individual", "registeredAt": "2020-01-01T00:00:00.000000Z",
                        "status": "closed",
                    ]
                ])
        }
    }

    /// A record that changes on a page that was read is among the changes since the list, though it is on none of its later pages.
    @Test func whoeverFollowsTheChangesMissesNone() async throws {
        try await API.run { api in
            for number in 1...4 { try await api.user("user\(number)", entity: "e1") }
            let first = try await api.send(.GET, "/v1/users?limit=2", as: .portal)
            _ = try await api.send(.DELETE, "/v1/users/user1", as: .portal)
            try await api.user("user0", entity: "e1")
            let next = try #require(first.json["next"]?.stringValue)
            let second = try await api.send(.GET, "/v1/users?limit=2&after=\(next)", as: .portal)
            #expect(Self.ids(first) + Self.ids(second) == ["user1", "user2", "user3", "user4"])
            let asOf = try #require(second.json["asOf"]?.stringValue)
            #expect(asOf == first.json["asOf"]?.stringValue, "later pages promise no more than the first")
            let changes = try await Self.all(api, "/v1/users?updatedSince=\(asOf)&limit=1")
            #expect(changes.ids == ["user1", "user0"], "in the order of the changes")
            let later = try await api.send(.GET, "/v1/users?updatedSince=\(asOf)", as: .portal)
            let end = try #require(later.json["asOf"]?.stringValue)
            #expect(Self.ids(try await api.send(.GET, "/v1/users?updatedSince=\(end)", as: .portal)).isEmpty)
            try await api.device("D-1", of: "user2")
            #expect(
                Self.ids(try await api.send(.GET, "/v1/users?updatedSince=\(end)", as: .portal)).isEmpty,
                "a device is not its holder's record")
            #expect(Self.ids(try await api.send(.GET, "/v1/devices?updatedSince=\(end)", as: .portal)) == ["D-1"])
            _ = try await api.send(.POST, "/v1/devices/D-1/deactivation", as: .portal, body: ["lost": true])
            let lost = try await api.send(.GET, "/v1/devices?updatedSince=\(end)", as: .portal)
            #expect(lost.json["items"]?.arrayValue?.map { $0["status"]?.stringValue } == ["lost"], "once, as it is now")
            #expect(
                Set(try await Self.all(api, "/v1/users?updatedSince=0").ids) == ["user0", "user1", "user2", "user3", "user4"])
        }
    }

    @Test func aPointOfAnotherLogAndAPageOfAnotherListAreRefused() async throws {
        try await API.run { api in
            for number in 1...3 { try await api.user("user\(number)", entity: "e1") }
            let list = try await api.send(.GET, "/v1/users?limit=1", as: .portal)
            let asOf = try #require(list.json["asOf"]?.stringValue)
            let position = try #require(asOf.split(separator: "-").first)
            for point in ["\(position)-00000000", "999999999-\(asOf.suffix(8))"] {
                for path in ["/v1/users", "/v1/devices", "/v1/directory/export"] {
                    let refused = try await api.send(.GET, "\(path)?updatedSince=\(point)", as: .portal)
                    #expect(refused.status == 410 && refused.code == "sync-point-unknown", "\(path) \(point)")
                }
            }
            let next = try #require(list.json["next"]?.stringValue)
            for query in [
                "updatedSince=12", "updatedSince=-1", "updatedSince=2026-11-30T00:00:00Z", "after=nonsense", "after=\(asOf)",
                "updatedSince=\(asOf)&after=\(next)", "updatedSince=\(asOf)&status=open", "updatedSince=0&entity=e1", "limit=0",
                "limit=1001",
                "status=lost",
            ] {
                let refused = try await api.send(.GET, "/v1/users?\(query)", as: .portal)
                #expect(refused.status == 400 && refused.code == "request-invalid", "\(query)")
            }
        }
    }

    @Test func anExportHasAllAndSaysThatItIsWhole() async throws {
        try await API.run { api in
            for number in 1...3 { try await api.user("user\(number)", entity: "e1") }
            try await api.device("D-1", of: "user1")
            let export = try await api.send(.GET, "/v1/directory/export", as: .operator, headers: [("Accept-Encoding", "gzip")])
            #expect(export.headers.first(name: "Content-Encoding") == "gzip")
            #expect(export.headers.first(name: "Content-Type") == "application/x-ndjson")
            let lines = try export.text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
            #expect(lines.map { $0["type"]?.stringValue } == ["user", "user", "user", "device", "end"])
            #expect(lines.last?["users"] == 3 && lines.last?["devices"] == 1)
            let asOf = try #require(lines.last?["asOf"]?.stringValue)
            try await api.user("user4", entity: "e1")
            let changes = try await api.send(.GET, "/v1/directory/export?updatedSince=\(asOf)", as: .operator)
            #expect(changes.text.split(separator: "\n").count == 2 && changes.text.contains("user4"))
        }
    }

    @Test func theClientReadsListsAndExports() async throws {
        try await API.run { api in
            for number in 1...3 { try await api.user("user\(number)", entity: "e1") }
            try await api.device("D-1", of: "user1")
            let token = try await api.token(.portal)
            let client = DeviceSharingClient(.init(server: api.address("")) { token })
            let page = try await client.users(limit: 2)
            #expect(page.items.map(\.id.rawValue) == ["user1", "user2"])
            #expect(try await client.users(after: page.next, limit: 2).items.map(\.id.rawValue) == ["user3"])
            #expect(
                try await client.devices(holder: UserID(trusted: "user1"), status: "active").items.map(\.kind.rawValue) == [
                    "dsc-plus"
                ])
            try await client.close(UserID(trusted: "user2"))
            let changed = try await client.users(updatedSince: page.asOf)
            #expect(changed.items.map(\.isClosed) == [true])
            let export = try await client.exportDirectory()
            #expect(export.users.count == 3 && export.devices.map(\.status) == ["active"])
            #expect(try await client.exportDirectory(updatedSince: export.asOf).users.isEmpty)
            // The import goes as gzip.
            let lines = (0..<200).map {
                #"{"type":"user","id":"new\#($0)","entity":"e2","entityKind":"individual","registeredAt":"2020-01-01T00:00:00Z"}"#
            }
            let results = try await client.importDirectory(lines.joined(separator: "\n"))
            #expect(results.filter { $0["status"] == "recorded" }.count == 200)
        }
    }
}

import Canonical
import DeviceSharing
import TestSupport
import Testing

@testable import HTTPEdge
@testable import SharingAPI

@Suite(.fewAtOnce) struct DirectoryTests {
    private static let record: JSONValue = [
        "entity": "e1", "entityKind": "individual", "registeredAt": .string(API.longAgo),
    ]

    @Test func aUserIsRecordedReadChangedAndClosed() async throws {
        try await API.run { api in
            let path = "/v1/users/maria01"
            #expect(try await api.send(.GET, path, as: .portal).code == "user-not-found")
            let made = try await api.send(.PUT, path, as: .portal, body: Self.record)
            #expect(made.status == 201)
            #expect(made.headers.first(name: "ETag") == "\"v1\"")
            let again = try await api.send(.PUT, path, as: .portal, body: Self.record)
            #expect(again.status == 200)
            #expect(again.headers.first(name: "ETag") == "\"v1\"", "recording what is known changes nothing")
            let moved = try await api.send(
                .PUT, path, as: .operator,
                body: ["entity": "e2", "entityKind": "organization", "registeredAt": .string(API.longAgo)])
            #expect(moved.json["entity"] == "e2")
            #expect(try await api.send(.GET, path, as: .auditor).json == moved.json)
            #expect(try await api.send(.DELETE, path, as: .portal).json["status"] == "closed")
            #expect(try await api.send(.PUT, path, as: .portal, body: Self.record).code == "user-closed")
        }
    }

    @Test func aWriteUnderAnETagThatIsPastIsRefusedAndChangesNothing() async throws {
        try await API.run { api in
            let path = "/v1/users/maria01"
            try await api.send(.PUT, path, as: .portal, body: Self.record)
            let other: JSONValue = ["entity": "e2", "entityKind": "individual", "registeredAt": .string(API.longAgo)]
            for (name, value) in [("If-Match", "\"v7\""), ("If-Match", "\"nonsense\""), ("If-None-Match", "*")] {
                let reply = try await api.send(.PUT, path, as: .portal, body: other, headers: [(name, value)])
                #expect(reply.status == 412, "\(name): \(value)")
                #expect(reply.code == "precondition-failed")
            }
            #expect(try await api.send(.GET, path, as: .portal).json["entity"] == "e1")
            #expect(
                try await api.send(.PUT, path, as: .portal, body: other, headers: [("If-Match", "\"v1\"")]).status
                    == 200)
            let new = try await api.send(
                .PUT, "/v1/users/maria02", as: .portal, body: other, headers: [("If-None-Match", "*")])
            #expect(new.status == 201)
        }
    }

    @Test func aWriteToWhateverIsThereMakesNothingNew() async throws {
        try await API.run { api in
            try await api.user("maria01", entity: "e1")
            let device: JSONValue = ["holder": "maria01", "kind": "sls-card"]
            let present = [("If-Match", "*")]
            for (path, body) in [("/v1/users/maria02", Self.record), ("/v1/devices/D-1", device)] {
                let refused = try await api.send(.PUT, path, as: .portal, body: body, headers: present)
                #expect(refused.status == 412, "\(path)")
                #expect(refused.code == "precondition-failed")
                #expect(try await api.send(.GET, path, as: .portal).status == 404)
                #expect(try await api.send(.PUT, path, as: .portal, body: body).status == 201)
                #expect(try await api.send(.PUT, path, as: .portal, body: body, headers: present).status == 200)
            }
        }
    }

    @Test func identityIsRecordedWithoutBeingRepeatedAnywhere() async throws {
        try await API.run { api in
            try await api.smallDirectory()
            let identity: JSONValue = [
                "dateOfBirth": "1980-02-29", "citizenship": "DE", "residence": "DE",
                "document": ["type": "passport", "number": "C01X00T47"],
            ]
            let reply = try await api.send(.PUT, "/v1/users/alice/identity", as: .portal, body: identity)
            #expect(reply.json["identity"]?["keyId"] == "k1")
            #expect(!reply.text.contains("C01X00T47"))
            let wrong = try await api.send(
                .PUT, "/v1/users/alice/identity", as: .portal, body: ["dateOfBirth": "1980-02-30"])
            #expect(wrong.code == "invalid-identity-data")
            #expect(!wrong.text.contains("1980-02-30"))
            let events = try await api.send(.GET, "/v1/events?limit=1000", as: .auditor)
            #expect(!events.text.contains("C01X00T47"))
            #expect(try await api.send(.DELETE, "/v1/users/alice/identity", as: .portal).json["identity"] == nil)
        }
    }

    @Test func severalCitizenshipsAndDocumentsAreRecordedAndWhatSaysNothingIsRefused() async throws {
        try await API.run { api in
            try await api.smallDirectory()
            let path = "/v1/users/alice/identity"
            let identity: JSONValue = [
                "dateOfBirth": "1980-02-29", "citizenships": ["TR", "DE"], "residence": "DE",
                "document": ["type": "passport", "number": "C01X00T47", "issuingCountry": "D"],
                "documents": [["type": "id", "number": "L22000129"]],
            ]
            let reply = try await api.send(.PUT, path, as: .portal, body: identity)
            #expect(reply.status == 200)
            #expect(reply.json["identity"]?["attributes"]?.arrayValue?.count == 4)
            for number in ["#N/A", "000000", "1.23457E+11", "\u{410}B1234567"] {
                let refused = try await api.send(
                    .PUT, path, as: .portal, body: ["document": ["type": "passport", "number": .string(number)]])
                #expect(refused.code == "invalid-identity-data" && !refused.text.contains(number), "\(refused.text)")
            }
            let many = JSONValue.array((1...9).map { ["type": "id", "number": .string("L2200012\($0)")] })
            #expect(try await api.send(.PUT, path, as: .portal, body: ["documents": many]).status == 400)
        }
    }

    @Test func aRecordThatDiffersFromWhatIsOnFileIsRefusedAndNotCalledUnchanged() async throws {
        try await API.run { api in
            try await api.smallDirectory()
            let user: JSONValue = ["entity": "e7", "entityKind": "individual", "registeredAt": "2020-01-01T00:00:00Z"]
            #expect(try await api.send(.PUT, "/v1/users/zoe", as: .portal, body: user).status == 201)
            let device: JSONValue = ["holder": "zoe", "kind": "dsc-plus", "activatedAt": "2024-01-01T00:00:00.1234567Z"]
            #expect(try await api.send(.PUT, "/v1/devices/Z-1", as: .portal, body: device).status == 201)
            #expect(try await api.send(.PUT, "/v1/devices/Z-1", as: .portal, body: device).status == 200)
            let later: JSONValue = ["holder": "zoe", "kind": "dsc-plus", "activatedAt": "2024-01-01T00:00:00.123457Z"]
            let refused = try await api.send(.PUT, "/v1/devices/Z-1", as: .portal, body: later)
            #expect(refused.status == 409 && refused.code == "directory-record-differs")
            #expect(refused.json["parameters"]?["recorded"] == "2024-01-01T00:00:00.123456Z")
            let other: JSONValue = ["entity": "e7", "entityKind": "individual", "registeredAt": "2020-01-02T00:00:00Z"]
            #expect(try await api.send(.PUT, "/v1/users/zoe", as: .portal, body: other).code == "directory-record-differs")
            let lines = """
                {"type":"user","id":"zoe","entity":"e7","entityKind":"individual","registeredAt":"2020-01-01T00:00:00Z"}
                {"type":"user","id":"zoe","entity":"e7","entityKind":"individual","registeredAt":"2021-01-01T00:00:00Z"}
                {"type":"user","id":"far","entity":"e8","entityKind":"individual","registeredAt":"2099-01-01T00:00:00Z"}
                {"type":"device","id":"Z-1","holder":"zoe","kind":"dsc-plus","activatedAt":"2030-01-01T00:00:00Z"}
                """
            let results = try await api.send(
                .POST, "/v1/directory/import", as: .portal, text: lines, headers: [("Content-Type", "application/x-ndjson")])
            let codes = try results.text.split(separator: "\n").map { line in
                let result = try JSONValue(parsing: String(line))
                return result["problem"]?["code"]?.stringValue ?? result["status"]?.stringValue
            }
            #expect(codes == ["unchanged", "directory-record-differs", "invalid-input", "directory-record-differs"])
            // A lost device stays lost.
            try await api.send(.POST, "/v1/devices/Z-1/deactivation", as: .portal, body: ["lost": true])
            let again = try await api.send(.PUT, "/v1/devices/Z-1", as: .portal, body: device)
            #expect(again.code == "directory-record-differs" && again.json["parameters"]?["recorded"] == "lost")
        }
    }

    @Test func aDeviceIsIssuedActivatedAndTakenOutOfUse() async throws {
        try await API.run { api in
            try await api.smallDirectory()
            let path = "/v1/devices/D-1"
            let issued = try await api.send(.PUT, path, as: .portal, body: ["holder": "alice", "kind": "sls-card"])
            #expect(issued.status == 201)
            #expect(issued.json["status"] == "issued")
            let record: JSONValue = ["holder": "alice", "kind": "sls-card", "activatedAt": .string(API.longAgo)]
            #expect(try await api.send(.PUT, path, as: .portal, body: record).json["status"] == "active")
            #expect(
                try await api.send(.PUT, path, as: .portal, body: ["holder": "bob", "kind": "sls-card"]).code
                    == "device-held-by-another-user")
            let unknown = try await api.send(
                .PUT, "/v1/devices/D-2", as: .portal, body: ["holder": "alice", "kind": "abacus"])
            #expect(unknown.status == 422)
            #expect(unknown.json["errors"]?.arrayValue?.first?["pointer"] == "/kind")
            #expect(try await api.send(.POST, path + "/deactivation", as: .portal, body: [:]).code == "reason-required")
            let done = try await api.send(.POST, path + "/deactivation", as: .portal, body: ["reason": "worn out"])
            #expect(done.json["subject"] == "device/D-1")
            #expect(try await api.send(.GET, path, as: .portal).json["deactivationReason"] == "worn out")
            try await api.send(.POST, path + "/deactivation", as: .portal, body: ["lost": true])
            #expect(try await api.send(.GET, path, as: .portal).json["status"] == "lost")
        }
    }

    @Test func anImportAnswersEveryLineAndKeepsTheGoodOnes() async throws {
        try await API.run { api in
            let lines = """
                {"type":"device","id":"DSC-7","holder":"maria02","kind":"dsc-plus","activatedAt":"2025-01-10T09:00:00Z"}
                {"type":"user","id":"maria01","entity":"E-1","entityKind":"individual","registeredAt":"2024-03-01T09:00:00Z","identity":{"dateOfBirth":"1980-02-29"}}

                {"type":"user","id":"maria02","entity":"E-1","entityKind":"individual","registeredAt":"2024-03-01T09:00:00Z"}
                {"type":"user","id":"maria 3","entity":"E-1","entityKind":"individual","registeredAt":"2024-03-01T09:00:00Z"}
                {"type":"device","id":"DSC-8","holder":"nobody","kind":"dsc-plus"}
                {"type":"car"}
                {"type":
                """
            let headers = [("Content-Type", "application/x-ndjson"), ("Idempotency-Key", "import-1")]
            let first = try await api.send(
                .POST, "/v1/directory/import", as: .portal, text: lines, headers: headers)
            #expect(first.status == 200)
            let results = try first.text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
            for result in results { #expect(Schema.object(.importResult).problems(of: result).isEmpty) }
            #expect(results.map { $0["line"]?.integerValue } == [1, 2, 4, 5, 6, 7, 8])
            #expect(
                results.map { $0["status"]?.stringValue }
                    == ["recorded", "recorded", "recorded", "refused", "refused", "refused", "refused"])
            #expect(
                results.compactMap { $0["problem"]?["code"]?.stringValue }
                    == ["request-invalid", "user-not-found", "request-invalid", "body-malformed"])
            #expect(try await api.send(.GET, "/v1/devices/DSC-7", as: .portal).json["holder"] == "maria02")
            // Under the same key the answer is the same; without one nothing is new.
            let repeated = try await api.send(.POST, "/v1/directory/import", as: .portal, text: lines, headers: headers)
            #expect(repeated.text.split(separator: "\n").prefix(3) == first.text.split(separator: "\n").prefix(3))
            let later = try await api.send(
                .POST, "/v1/directory/import", as: .portal, text: lines,
                headers: [("Content-Type", "application/x-ndjson")])
            #expect(later.text.contains("unchanged"))
            #expect(!later.text.contains("recorded"))
        }
    }
}

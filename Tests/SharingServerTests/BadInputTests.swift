import Canonical
import DeviceSharing
import NIOHTTP1
import TestSupport
import Testing

@testable import HTTPEdge

/// What is sent by mistake, or on purpose: each is answered or closed, and the service goes on.
@Suite(.fewAtOnce) struct BadInputTests {
    @Test func everyProblemOfABodyIsNamedAtOnce() async throws {
        try await API.run { api in
            let reply = try await api.send(
                .POST, "/v1/share-requests", as: .portal,
                body: [
                    "requester": "a b", "owner": 7, "colour": "red",
                    "consent": ["method": "x", "givenAt": "yesterday", "a/b~c": 1],
                ])
            #expect(reply.status == 400)
            let places = reply.json["errors"]?.arrayValue?.compactMap { error in
                error["pointer"]?.stringValue.map { $0 + " " + (error["code"]?.stringValue ?? "") }
            }
            #expect(
                Set(places ?? []) == [
                    "/requester misshapen", "/owner wrong-kind", "/device missing", "/colour unknown",
                    "/consent/givenAt misshapen",
                    "/consent/reference missing", "/consent/a~1b~0c unknown",
                ])
        }
    }

    @Test func bodiesThatAreNoJSONAreRefused() async throws {
        try await API.run { api in
            let json = [("Content-Type", "application/json")]
            let deep = String(repeating: "[", count: 5_000)
            for text in [
                "", "{", "{\"requester\":\"a\"", "{\"a\":1,\"a\":2}", "[1,2", "\"\\ud800\"", "{\"requester\": nope}",
                deep, "{} {}",
                "{\"n\": 1e999}", "\u{0}",
            ] {
                let reply = try await api.send(.POST, "/v1/share-requests", as: .portal, text: text, headers: json)
                #expect(reply.status == 400, "\(text.prefix(40))")
            }
            let type = try await api.send(
                .POST, "/v1/share-requests", as: .portal, text: "{}", headers: [("Content-Type", "text/xml")])
            #expect(type.status == 415)
            let large = try await api.send(
                .POST, "/v1/share-requests", as: .portal, text: String(repeating: " ", count: 70_000), headers: json)
            #expect(large.status == 413)
        }
    }

    @Test func textThatIsNoUTF8IsRefused() async throws {
        try await API.run { api in
            let token = try await api.token(.portal)
            let connection = try RawConnection(port: api.port)
            let body: [UInt8] = Array("{\"requester\":\"".utf8) + [0xFF, 0xC3, 0x28] + Array("\"}".utf8)
            connection.send(
                "POST /v1/share-requests HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\nContent-Type: application/json\r\n"
                    + "Content-Length: \(body.count)\r\nConnection: close\r\n\r\n")
            connection.send(body)
            #expect(await connection.receive().contains("body-malformed"))
        }
    }

    @Test func numbersBeyondWhatJSONKeepsAreRefused() async throws {
        try await API.run { api in
            for value in ["9007199254740993", "-1", "1.5", "1e3", "+1", " 1", "0x10", "NaN"] {
                let path = "/v1/directory/sync?confirm=\(QueryString.encoded(value))"
                let reply = try await api.send(
                    .POST, path, as: .portal, text: "", headers: [("Content-Type", "application/x-ndjson")])
                #expect(reply.status == 400, "\(value)")
            }
            let reply = try await api.send(
                .POST, "/v1/devices/x/deactivation", as: .portal, text: "{\"lost\": 9007199254740993}",
                headers: [("Content-Type", "application/json")])
            #expect(reply.status == 400)
        }
    }

    @Test func parametersThatAreUnknownOrRepeatedAreRefused() async throws {
        try await API.run { api in
            for query in [
                "limit=0", "limit=1001", "limit=1&limit=2", "colour=red", "state=happy", "after=x", "%zz=1",
                "device=a%20b",
            ] {
                let reply = try await api.send(.GET, "/v1/share-requests?\(query)", as: .portal)
                #expect(reply.status == 400, "\(query)")
                #expect(reply.json["errors"]?.arrayValue?.first?["parameter"] != nil, "\(query)")
            }
            #expect(try await api.send(.GET, "/v1/users/a%20b", as: .portal).status == 400)
            #expect(try await api.send(.GET, "/v1/users/a%3Ab", as: .portal).code == "user-not-found")
            #expect(try await api.send(.GET, "/v1/share-requests/17", as: .portal).status == 400)
            let key = String(repeating: "k", count: 256)
            let reply = try await api.send(
                .POST, "/v1/share-requests", as: .portal, body: API.submission(), headers: [("Idempotency-Key", key)])
            #expect(reply.json["errors"]?.arrayValue?.first?["header"] == "Idempotency-Key")
        }
    }

    @Test func addressesAndMethodsThatAreNotThereAreSaidToBe() async throws {
        try await API.run { api in
            #expect(try await api.send(.GET, "/v1/nothing").code == "route-not-found")
            #expect(try await api.send(.GET, "/").code == "route-not-found")
            let reply = try await api.send(.DELETE, "/v1/share-requests")
            #expect(reply.code == "method-not-allowed")
            #expect(reply.headers.first(name: "Allow") == "POST, GET, HEAD")
            #expect(try await api.send(.GET, "/problems/nonsense").code == "problem-not-found")
        }
    }

    @Test(.timeLimit(.minutes(10))) func connectionsThatFallSilentAreClosed() async throws {
        var limits = ServerLimits()
        limits.idleTime = .milliseconds(300)
        limits.requestTime = .milliseconds(500)
        try await API.run(limits: limits) { api in
            let token = try await api.token(.portal)
            let head =
                "POST /v1/share-requests HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\nContent-Type: application/json\r\n"
            // Says nothing; half a head; half a body.
            for text in ["", "GET /heal", head + "Content-Length: 100\r\n\r\n{\"a"] {
                let connection = try RawConnection(port: api.port)
                connection.send(text)
                let answer = await connection.receive()
                #expect(answer.isEmpty || answer.contains("408") || answer.contains("400"), "\(text)")
            }
            try await eventually("it answers within half a second") {
                (try? await api.send(.GET, "/healthz"))?.status == 200
            }
        }
    }

    @Test(.timeLimit(.minutes(10))) func aBodyThatIsTooLargeIsRefusedBeforeItComes() async throws {
        try await API.run { api in
            let token = try await api.token(.portal)
            let connection = try RawConnection(port: api.port)
            connection.send(
                "POST /v1/share-requests HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 100000000\r\n\r\n{")
            #expect(await connection.receive(once: true).contains("413"))
        }
    }

    @Test(.timeLimit(.minutes(10))) func aSlowBodyIsCutOffAtTheDeadline() async throws {
        var limits = ServerLimits()
        limits.requestTime = .milliseconds(500)
        try await API.run(limits: limits) { api in
            let token = try await api.token(.portal)
            let slow = try RawConnection(port: api.port)
            slow.send(
                "POST /v1/share-requests HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 100\r\n\r\n{")
            #expect(await slow.receive(once: true).contains("408"))
        }
    }

    @Test func aClientThatSendsTooMuchWaits() async throws {
        var limits = ServerLimits()
        limits.requestsPerSecond = 1
        limits.burst = 3
        try await API.run(limits: limits) { api in
            // All at once, so that a slow machine does not give the bucket time to fill again.
            let replies = try await withThrowingTaskGroup { group in
                for _ in 0..<40 {
                    group.addTask { try await api.send(.GET, "/v1/share-requests", as: .portal, subject: "greedy") }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let refused = replies.filter { $0.status == 429 }
            #expect(!refused.isEmpty)
            #expect(refused.allSatisfy { $0.headers.first(name: "Retry-After") == "1" })
            #expect(replies.count { $0.status == 200 } == replies.count - refused.count)
            #expect(replies.count - refused.count >= 3)
            #expect(try await api.send(.GET, "/v1/share-requests", as: .portal, subject: "modest").status == 200)
        }
    }

    @Test func moreRequestsThanThereIsRoomForAreRefused() async throws {
        var limits = ServerLimits()
        limits.requestsInFlight = 0
        try await API.run(limits: limits) { api in
            let reply = try await api.send(.GET, "/v1/share-requests", as: .portal)
            #expect(reply.status == 503)
            #expect(reply.headers.first(name: "Retry-After") == "1")
            #expect(try await api.send(.GET, "/healthz").status == 200)
        }
    }

    @Test(.timeLimit(.minutes(10))) func moreConnectionsThanThereAreToBeWait() async throws {
        var limits = ServerLimits()
        limits.connections = 2
        try await API.run(limits: limits) { api in
            let request = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
            let connections = try (0..<2).map { _ in try RawConnection(port: api.port) }
            for connection in connections {
                connection.send(request)
                #expect(await connection.receive(once: true).hasPrefix("HTTP/1.1 200"))
            }
            let third = try RawConnection(port: api.port)
            third.send(request)
            third.setPatience(.milliseconds(300))
            #expect(await third.receive(once: true).isEmpty)
            connections[0].close()
            third.setPatience(.seconds(120))
            #expect(await third.receive(once: true).hasPrefix("HTTP/1.1 200"))
        }
    }
}

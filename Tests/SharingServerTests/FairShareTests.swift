import AsyncHTTPClient
import DeviceSharing
import NIOCore
import TestSupport
import Testing

@testable import HTTPEdge

/// What one caller may use up of a server that others use too.
@Suite(.fewAtOnce) struct FairShareTests {
    private func head(_ token: String, _ path: String, _ type: String) -> String {
        "POST \(path) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\nContent-Type: \(type)\r\nContent-Length: 100\r\n\r\n{"
    }

    @Test(.timeLimit(.minutes(10)), arguments: ["/v1/directory/import", "/v1/share-requests"])
    func bodiesThatDoNotComeTakeNoSlots(_ path: String) async throws {
        var limits = ServerLimits()
        limits.requestsInFlight = 4
        try await API.run(limits: limits) { api in
            let token = try await api.token(.portal, subject: "slow")
            let type = path.contains("import") ? "application/x-ndjson" : "application/json"
            let connections = try (0..<40).map { _ in try RawConnection(port: api.port) }
            for connection in connections { connection.send(head(token, path, type)) }
            // Each of them is being received, in the order in which they came; none is answered.
            for connection in connections {
                connection.setPatience(.milliseconds(20))
                #expect(await connection.receive(once: true).isEmpty)
            }
            #expect(try await api.send(.GET, "/v1/share-requests", as: .portal, subject: "other").status == 200)
            #expect(try await api.send(.GET, "/v1/share-requests", as: .portal, subject: "slow").status == 200)
            withExtendedLifetime(connections) {}
        }
    }

    @Test(.timeLimit(.minutes(10))) func oneCallerHoldsNoMoreThanItsShareOfBodies() async throws {
        var limits = ServerLimits()
        limits.bodiesInReception = 8
        try await API.run(limits: limits) { api in
            let token = try await api.token(.portal, subject: "slow")
            let connections = try (0..<12).map { _ in try RawConnection(port: api.port) }
            for connection in connections { connection.send(head(token, "/v1/share-requests", "application/json")) }
            var answers: [String] = []
            try await eventually("all but its share are answered") {
                for connection in connections {
                    connection.setPatience(.milliseconds(50))
                    let answer = await connection.receive(once: true)
                    if !answer.isEmpty { answers.append(answer) }
                }
                return answers.count >= 8
            }
            #expect(answers.count == 8)
            #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 429") && $0.contains("Retry-After: 1") })
            let other = try await api.send(
                .POST, "/v1/dry-runs", as: .portal, subject: "other", body: API.submission())
            #expect(other.status != 429 && other.status != 503, "\(other.text)")
            withExtendedLifetime(connections) {}
        }
    }

    @Test(.timeLimit(.minutes(10))) func oneCallersBodiesHoldNoMoreThanTheirShareOfMemory() async throws {
        var limits = ServerLimits()
        limits.bodyBytes = 100_000
        try await API.run(limits: limits) { api in
            let lines = String(repeating: String(repeating: " ", count: 99) + "\n", count: 700)
            let reply = try await api.send(
                .POST, "/v1/directory/import", as: .portal, text: lines, headers: [("Content-Type", "application/x-ndjson")])
            #expect(reply.status == 429)
            let fewer = String(lines.prefix(40_000))
            for _ in 0..<3 {
                let taken = try await api.send(
                    .POST, "/v1/directory/import", as: .portal, text: fewer, headers: [("Content-Type", "application/x-ndjson")])
                #expect(taken.status == 200, "what was held is given back")
            }
        }
    }

    @Test(.timeLimit(.minutes(10))) func oneCallerHoldsNoMoreThanItsShareOfStreams() async throws {
        var limits = ServerLimits()
        limits.streams = 8
        try await API.run(limits: limits) { api in
            let (greedy, modest) = (
                try await api.token(.auditor, subject: "greedy"), try await api.token(.auditor, subject: "modest")
            )
            var streams: [HTTPClientResponse] = []
            for _ in 0..<4 { streams.append(try await api.openStream(after: 0, token: greedy)) }
            #expect(streams.allSatisfy { $0.status == .ok })
            let fifth = try await api.openStream(after: 0, token: greedy)
            #expect(fifth.status == .tooManyRequests)
            #expect(fifth.headers.first(name: "Retry-After") == "1")
            streams.append(try await api.openStream(after: 0, token: modest))
            #expect(streams.last?.status == .ok)
            // What is closed can be had again.
            streams.removeFirst()
            try await eventually("a stream is given back") {
                let again = try await api.openStream(after: 0, token: greedy)
                if again.status == .ok { streams.append(again) }
                return again.status == .ok
            }
            withExtendedLifetime(streams) {}
        }
    }

    /// An export that nobody reads asks the database for no more, and nevertheless counts: it may go on at any moment.
    @Test(.timeLimit(.minutes(10))) func oneCallerHoldsNoMoreThanItsShareOfExports() async throws {
        var limits = ServerLimits()
        limits.exports = 4
        try await API.run(limits: limits) { api in
            let users = (0..<20_000).map {
                #"{"type":"user","id":"user\#($0)","entity":"entity\#($0)","entityKind":"individual","registeredAt":"2020-01-01T00:00:00Z"}"#
            }
            let filled = try await api.send(
                .POST, "/v1/directory/import", as: .portal, text: users.joined(separator: "\n"),
                headers: [("Content-Type", "application/x-ndjson")])
            #expect(filled.status == 200 && !filled.text.contains("refused"), "\(filled.text.prefix(300))")
            let greedy = try await api.token(.operator, subject: "greedy")
            func begin() async throws -> (connection: RawConnection, answer: String) {
                let connection = try RawConnection(port: api.port, receiveBuffer: 4_096)
                connection.send("GET /v1/directory/export HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(greedy)\r\n\r\n")
                return (connection, await connection.receive(once: true))
            }
            var exports = [try await begin(), try await begin()]
            #expect(exports.allSatisfy { $0.answer.hasPrefix("HTTP/1.1 200") })
            let third = try await begin()
            #expect(third.answer.hasPrefix("HTTP/1.1 429"), "\(third.answer.prefix(200))")
            let other = try await api.send(.GET, "/v1/directory/export", as: .operator, subject: "modest")
            #expect(other.status == 200 && other.text.contains("\"users\":20000"), "\(other.text.suffix(100))")
            // A closed connection makes room.
            exports.removeFirst()
            try await eventually("an export is given back") { try await begin().answer.hasPrefix("HTTP/1.1 200") }
            withExtendedLifetime(exports) {}
        }
    }

    @Test func everyAnswerSaysWhatIsLeftOfTheQuota() async throws {
        var limits = ServerLimits()
        limits.requestsPerSecond = 1
        limits.burst = 3
        try await API.run(limits: limits) { api in
            let first = try await api.send(.GET, "/v1/share-requests", as: .portal)
            #expect(first.headers.first(name: "RateLimit-Policy") == "\"requests\";q=3;w=3")
            #expect(first.headers.first(name: "RateLimit") == "\"requests\";r=2;t=1")
            let refused = try await api.send(.GET, "/v1/users/nobody", as: .portal)
            #expect(refused.status == 404)
            #expect(refused.headers.first(name: "RateLimit")?.hasPrefix("\"requests\";r=1;") == true)
            var last = refused
            // A bucket that fills meanwhile is empty in the end.
            for _ in 0..<50 where last.status != 429 { last = try await api.send(.GET, "/v1/users/nobody", as: .portal) }
            #expect(last.status == 429)
            #expect(last.headers["RateLimit"] == ["\"requests\";r=0;t=3"])
        }
    }

    @Test func withoutALimitOfRatesNothingIsSaidOfThem() async throws {
        var limits = ServerLimits()
        limits.requestsPerSecond = 0
        try await API.run(limits: limits) { api in
            let reply = try await api.send(.GET, "/v1/share-requests", as: .portal)
            #expect(reply.headers.first(name: "RateLimit") == nil)
            #expect(reply.headers.first(name: "RateLimit-Policy") == nil)
        }
    }
}

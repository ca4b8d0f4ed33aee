import AsyncHTTPClient
import Canonical
import DeviceSharing
import NIOCore
import TestSupport
import Testing

@testable import HTTPEdge

@Suite(.fewAtOnce) struct EventTests {
    @Test func theFeedHasNoGapsAndCanBeFiltered() async throws {
        try await API.run { api in
            try await api.smallDirectory()
            var positions: [Int64] = []
            var path: String? = "/v1/events?limit=3"
            while let next = path {
                let page = try await api.send(.GET, next, as: .auditor)
                positions += page.json["items"]?.arrayValue?.compactMap { $0["position"]?.integerValue } ?? []
                path = page.headers.first(name: "Link")?.split(separator: ">").first.map { String($0.dropFirst()) }
            }
            #expect(positions == Array(1...Int64(positions.count)))
            #expect(positions.count == Int(try await api.engine.log.head().rawValue))
            let users = try await api.send(.GET, "/v1/events?type=user-registered&type=device-issued", as: .auditor)
            #expect(users.json["items"]?.arrayValue?.count == 4)
            let end = try #require(users.json["asOf"]?.stringValue)
            let after = try await api.send(.GET, "/v1/events?after=\(end)", as: .auditor)
            #expect(after.json["items"] == [] && after.json["asOf"] == .string(end) && after.json["next"] == nil)
        }
    }

    @Test("A cursor that the log does not hold is refused as log-rewound, with its checkpoint where the log holds that")
    func rewound() async throws {
        try await API.run { api in
            try await api.smallDirectory()
            let page = try await api.send(.GET, "/v1/events?limit=2", as: .auditor)
            let next = try #require(page.json["next"]?.stringValue)
            #expect(next.hasPrefix("2-") && page.json["asOf"] == .string(next))
            let held = try await api.send(.GET, "/v1/events?after=\(next)", as: .auditor)
            #expect(held.json["items"]?.arrayValue?.first?["position"] == 3)
            let lost = "2-00000000"
            for (cursor, checkpoint) in [(lost, nil), ("999999", nil), ("\(lost).1-00000000", nil), ("9-00000000.\(next)", next)]
            {
                for path in ["/v1/events", "/v1/events/stream"] {
                    let refused = try await api.send(.GET, "\(path)?after=\(cursor)", as: .auditor)
                    #expect(refused.status == 409 && refused.code == "log-rewound", "\(path) \(cursor) \(refused.text)")
                    #expect(refused.json["parameters"]?["checkpoint"]?.stringValue == checkpoint)
                }
            }
            for cursor in ["2-", "2-0000000", "2-0000000g", "02", "2-00000000.", "2-00000000.3-00000000", "2-00000000.0"] {
                let refused = try await api.send(.GET, "/v1/events?after=\(cursor)", as: .auditor)
                #expect(refused.status == 400 && refused.code == "request-invalid", "\(cursor)")
            }
        }
    }

    @Test(.timeLimit(.minutes(10))) func aStreamTellsOfEventsAsTheyComeAndGoesOnWhereItWas() async throws {
        try await API.run { api in
            try await api.user("alice", entity: "e1")
            let head = try await api.engine.log.head().rawValue
            let first = try await api.listen(after: head, until: 2) {
                try await api.user("bob", entity: "e1")
                try await api.user("carol", entity: "e1")
            }
            #expect(first == [head + 1, head + 2])
            let resumed = try await api.listen(after: 0, lastEventID: head + 1, until: 1) {}
            #expect(resumed == [head + 2])
        }
    }

    @Test func aStreamThatCannotBeOpenedIsRefusedAsTheDocumentSays() async throws {
        try await API.run { api in
            let path = "/v1/events/stream"
            for query in ["after=x", "after=-1", "after=1&after=2", "type=nonsense", "colour=red"] {
                #expect(try await api.send(.GET, "\(path)?\(query)", as: .auditor).code == "request-invalid", "\(query)")
            }
            let id = try await api.send(.GET, path, as: .auditor, headers: [("Last-Event-ID", "x")])
            #expect(id.json["errors"]?.arrayValue?.first?["header"] == "Last-Event-ID")
            #expect(try await api.send(.GET, path).code == "token-missing")
            #expect(try await api.send(.GET, path, as: .portal).code == "role-not-permitted")
            #expect(try await api.send(.POST, path, as: .auditor).code == "method-not-allowed")
        }
    }

    @Test(.timeLimit(.minutes(10))) func aStreamEndsWithTheTimeOfItsToken() async throws {
        try await API.run { api in
            // A token is good for the leeway beyond its end: for eight seconds from now.
            let token = try await api.key.token(
                subject: "auditor", roles: [.auditor], lifetime: .seconds(8) - DevelopmentKey.rules.leeway)
            let response = try await api.openStream(after: 0, token: token)
            #expect(response.status == .ok)
            for try await _ in response.body {}
            #expect(try await api.send(.GET, "/v1/events", token: token).code == "token-expired")
        }
    }

    @Test(.timeLimit(.minutes(10))) func aStreamEndsInAnyCaseHoweverMuchThereIsToTell() async throws {
        var limits = ServerLimits()
        limits.maximumStreamLength = .zero
        try await API.run(limits: limits) { api in
            try await api.user("alice", entity: "e1")
            let response = try await api.openStream(after: 0)
            #expect(response.status == .ok)
            let text = String(buffer: try await response.body.collect(upTo: 1 << 20))
            #expect(text == ": 0\n\n")
        }
    }

    @Test(.timeLimit(.minutes(10))) func aServerThatStopsEndsItsStreams() async throws {
        let (stopped, stop) = AsyncStream.makeStream(of: Void.self)
        try await API.run { api in
            let response = try await api.openStream(after: 0)
            Task {
                // The stream ends when the server does, which the end of this closure asks for.
                do { for try await _ in response.body {} } catch {}
                stop.finish()
            }
        }
        for await _ in stopped {}
    }

    @Test func moreStreamsThanThereAreToBeAreRefused() async throws {
        var limits = ServerLimits()
        limits.streams = 1
        try await API.run(limits: limits) { api in
            let first = try await api.openStream(after: 0)
            #expect(first.status == .ok)
            let second = try await api.openStream(after: 0)
            #expect(second.status == .serviceUnavailable)
            #expect(second.headers.first(name: "Retry-After") != nil)
            withExtendedLifetime(first) {}
        }
    }
}

extension API {
    func openStream(
        after position: Int64, lastEventID: Int64? = nil, token given: String? = nil
    ) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: address("/v1/events/stream?after=\(position)"))
        let token: String = if let given { given } else { try await self.token(.auditor) }
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        if let lastEventID { request.headers.add(name: "Last-Event-ID", value: "\(lastEventID)") }
        return try await HTTPClient.shared.execute(request, timeout: .seconds(300))
    }

    /// The ids of the first `count` events of a stream; `body` runs once it is open.
    fileprivate func listen(
        after position: Int64, lastEventID: Int64? = nil, until count: Int, _ body: () async throws -> Void
    ) async throws -> [Int64] {
        let response = try await openStream(after: position, lastEventID: lastEventID)
        #expect(response.headers.first(name: "Content-Type") == "text/event-stream")
        #expect(response.headers.first(name: "X-Accel-Buffering") == "no", "nginx passes events on as they come")
        try await body()
        var text = ""
        for try await chunk in response.body {
            text += String(buffer: chunk)
            let ids = text.split(separator: "\n").filter { $0.hasPrefix("id: ") }.compactMap {
                Int64($0.dropFirst(4).prefix { $0 != "-" })
            }
            if ids.count >= count { return ids }
        }
        return []
    }
}

import PostgreSQL
import TestSupport
import Testing

@testable import HTTPEdge

@Suite("What the server cannot do in time", .fewAtOnce, .timeLimit(.minutes(5))) struct ServerTimeTests {
    @Test("is 504 and may be repeated; 408 is for a client that is late")
    func lateServer() async throws {
        var limits = ServerLimits()
        limits.requestTime = .milliseconds(500)
        try await API.run(limits: limits) { api in
            let owner = try await api.database.connect()
            try await owner.execute(
                script: "BEGIN; LOCK TABLE devshare.ledger, devshare.share_request IN ACCESS EXCLUSIVE MODE")
            let read = try await api.send(.GET, "/v1/share-requests", as: .compliance)
            let written = try await api.send(
                .PUT, "/v1/users/ada", as: .portal,
                body: ["entity": "E", "entityKind": "individual", "registeredAt": .string(API.longAgo)])
            for reply in [read, written] {
                #expect(reply.status == 504 && reply.code == "server-timed-out", "\(reply.text)")
                #expect(reply.headers.first(name: "Retry-After") == "1")
            }
            try await owner.execute(script: "ROLLBACK")
            await owner.close()
            try await eventually("it goes on", within: .seconds(60)) {
                try await api.send(.GET, "/v1/share-requests", as: .compliance).status == 200
            }
        }
    }
}

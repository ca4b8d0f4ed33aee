import Canonical
import DeviceSharing
import SharingAudit
import TestSupport
import Testing
import Transparency

@testable import SharingEngine
@testable import SharingLog

@Suite("Readiness", .fewAtOnce) struct ReadinessTests {
    @Test("of one ledger asks no token and counts no rate, and so says nothing of its policy and its witnesses")
    func ledger() async throws {
        try await API.run { api in
            let reply = try await api.send(.GET, "/readyz/default")
            #expect(reply.status == 200, "\(reply.text)")
            #expect(reply.json["ledger"] == "default" && reply.json["status"] == "ready")
            for check in EngineReadiness.Check.allCases { #expect(reply.json[check.rawValue] == true, "\(check)") }
            #expect(reply.json["log"] == true && reply.json["problems"] == [])
            let members = Set(reply.json.objectValue?.members.map(\.name) ?? [])
            #expect(members == Set(EngineReadiness.Check.allCases.map(\.rawValue) + ["status", "ledger", "log", "problems"]))
            #expect(reply.headers["RateLimit"].isEmpty)
        }
    }

    @Test("of a ledger that the server does not serve is a typed 404", arguments: ["other", "Default", "default%20", "%C3%A4"])
    func unknown(_ name: String) async throws {
        try await API.run { api in
            let reply = try await api.send(.GET, "/readyz/\(name)")
            #expect(reply.status == 404 && reply.code == "ledger-not-found", "\(reply.text)")
        }
    }

    @Test("of a ledger says which check fails and why")
    func problems() async throws {
        try await API.run { api in
            // The engine compares the clocks by itself now and then, and finds them right.
            try await eventually("the clock is refused", within: .seconds(60)) {
                api.engine.log.clock.compare(.now.advanced(by: .seconds(600)), with: .now)
                let reply = try await api.send(.GET, "/readyz/default")
                return reply.status == 503 && reply.json["clock"] == false && reply.json["status"] == "not-ready"
                    && reply.json["problems"] == [["check": "clock", "code": "clock-ahead"]]
            }
        }
    }

    @Test("of a ledger ends where the log is found not to be the one that was signed")
    func rewritten() async throws {
        let key = SignerKey.generate(name: try KeyName("test.example/log"))
        try await API.run(sealing: SealingConfiguration(signers: [key])) { api in
            try await eventually("the log is sealed", within: .seconds(60)) {
                try await api.engine.log.latestCheckpoint() != nil
            }
            let owner = try await api.database.connect()
            try await owner.execute(
                script: """
                    ALTER TABLE devshare.event DISABLE TRIGGER USER;
                    DELETE FROM devshare.event;
                    UPDATE devshare.ledger SET position = 0;
                    """)
            await owner.close()
            try await eventually("it is told", within: .seconds(60)) {
                let reply = try await api.send(.GET, "/readyz/default")
                return reply.status == 503 && reply.json["log"] == false
                    && reply.json["problems"] == [["check": "log", "code": "log-shrunk"]]
            }
            // A balancer that asks for the server alone goes on: it serves.
            #expect(try await api.send(.GET, "/readyz").status == 200)
        }
    }
}

import DeviceSharing
import EligibilityPolicy
import TestSupport
import Testing

@testable import SharingEngine

@Suite("The devices a user might share", .fewAtOnce)
struct CandidateTests {
    @Test("are those of the same or an identical entity, the best first, with what stands against the others")
    func order() async throws {
        try await Harness.run { harness in
            for user in ["alice", "bob", "carol"] { try await harness.user(user, entity: "e1") }
            try await harness.user("twin", entity: "e2")
            try await harness.user("stranger", entity: "e3")
            try await harness.identity("alice", born: "1980-01-02", document: "K123")
            try await harness.identity("twin", born: "1980-01-02", document: "k-123")
            try await harness.identity("stranger", born: "1980-01-02", document: "K999")
            try await harness.device("own", of: "alice", kind: "dsc")
            try await harness.device("low", of: "bob", kind: "sls-card")
            try await harness.device("app", of: "bob", kind: "ib-key")
            try await harness.device("best", of: "carol", kind: "dsc-plus")
            try await harness.device("twins", of: "twin", kind: "dsc-plus")
            try await harness.device("strange", of: "stranger", kind: "dsc-plus")
            try await harness.device("unused", of: "carol", kind: "dsc-plus", activatedAt: nil)
            let found = try await harness.engine.candidates(for: UserID(trusted: "alice"))
            let candidates = found.devices
            #expect(!found.isTruncated)
            #expect(candidates.map(\.device.rawValue) == ["best", "twins", "app", "low"])
            #expect(candidates.map(\.assessment.outcome) == [.approve, .approve, .reject, .reject])
            #expect(candidates.last?.assessment.reasons.map(\.code) == [.builtIn(.deviceSecurityLevelTooLow)])
            #expect(candidates[2].assessment.reasons.first?.code == .builtIn(.deviceNotShareable))
        }
    }

    @Test("are said to be a part where there are more related users than are looked at")
    func truncation() async throws {
        var limits = EngineLimits()
        limits.relatedUsers = 3
        try await Harness.run(limits: limits) { harness in
            for user in ["alice", "bob", "carol", "dave"] { try await harness.user(user, entity: "e1") }
            try await harness.device("best", of: "dave", kind: "dsc-plus")
            let whole = try await harness.engine.candidates(for: UserID(trusted: "alice"))
            #expect(!whole.isTruncated)
            #expect(whole.devices.map(\.device.rawValue) == ["best"])
            try await harness.user("ann", entity: "e1")
            let part = try await harness.engine.candidates(for: UserID(trusted: "alice"))
            #expect(part.isTruncated)
            #expect(part.devices.isEmpty)
        }
    }

    @Test("are also of somebody who has one of several documents and citizenships in common, recorded before or now")
    func severalDocuments() async throws {
        try await Harness.run { harness in
            let key = try #require(Harness.key)
            func person(_ user: String, _ citizenships: [String], _ documents: [String]) async throws {
                try await harness.user(user, entity: "e-\(user)")
                try await harness.device("d-\(user)", of: user, kind: "dsc-plus")
                let data = try IdentityData(
                    dateOfBirth: "1980-01-02", citizenships: citizenships, residence: "HK",
                    documents: documents.map { IdentityDocument(type: "passport", number: $0) })
                _ = try await harness.engine.perform(
                    .recordIdentity(UserID(trusted: user), key.fingerprints(of: data)), as: Harness.operatorContext)
            }
            try await person("alice", ["HK", "GBN"], ["K1234567", "K2345671"])
            try await person("same", ["GBN"], ["K2345671", "K3456712"])
            try await person("other", ["HK"], ["K4567123"])
            try await person("abroad", ["CA"], ["K1234567"])
            try await person("former", ["HK"], ["K1234567"])
            _ = try await harness.query(
                "UPDATE devshare.identity_fingerprint SET document = substring(document FROM 1 FOR 32) WHERE user_id = 'former'")
            let candidates = try await harness.engine.candidates(for: UserID(trusted: "alice")).devices
            #expect(candidates.map(\.owner.rawValue) == ["former", "same"])
            // Where one of two citizenships is the same, an officer looks.
            #expect(candidates.map(\.assessment.outcome) == [.approve, .review])
            #expect(candidates.last?.assessment.reasons.map(\.code) == [.builtIn(.identityIncomplete)])
        }
    }

    @Test("are none for somebody unknown")
    func unknown() async throws {
        try await Harness.run { harness in
            _ = await #expect(throws: SharingError.userNotFound(UserID(trusted: "nobody"))) {
                _ = try await harness.engine.candidates(for: UserID(trusted: "nobody"))
            }
        }
    }
}

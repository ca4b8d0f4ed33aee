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
            #expect(candidates.last?.assessment.reasons.map(\.code) == [.deviceSecurityLevelTooLow])
            #expect(candidates[2].assessment.reasons.first?.code == .deviceNotShareable)
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

    @Test("are none for somebody unknown")
    func unknown() async throws {
        try await Harness.run { harness in
            _ = await #expect(throws: SharingError.userNotFound(UserID(trusted: "nobody"))) {
                _ = try await harness.engine.candidates(for: UserID(trusted: "nobody"))
            }
        }
    }
}

import DeviceSharing
import EligibilityPolicy
import TestSupport
import Testing

@testable import SharingEngine

private struct Missing: Error {}

@Suite("A policy", .fewAtOnce)
struct PolicyActivationTests {
    @Test("takes effect by an event that holds its text, in every engine")
    func activation() async throws {
        try await Harness.run { harness in
            let text = try Installation.defaultPolicy().replacing("version: \"2026.1\"", with: "version: \"2026.2\"")
            try await SharingEngine.withEngine(Harness.configuration(harness.database)) { other in
                #expect(other.activePolicy?.version == "2026.1")
                _ = try await harness.engine.activatePolicy(text, as: Harness.operatorContext)
                #expect(harness.engine.activePolicy?.version == "2026.2")
                try await other.refreshPolicy()
                #expect(other.activePolicy?.version == "2026.2")
            }
            let events = try await harness.engine.history(of: .policy(SharingEngine.policyName))
            #expect(events.last?.data["text"] == .string(text))
        }
    }

    @Test("that is active already is not activated again")
    func repetition() async throws {
        try await Harness.run { harness in
            let receipt = try await harness.engine.activatePolicy(Installation.defaultPolicy(), as: Harness.operatorContext)
            #expect(receipt.positions.isEmpty)
        }
    }

    @Test("that is broken is refused with every problem, and the old one stays")
    func broken() async throws {
        try await Harness.run { harness in
            let text = try Installation.defaultPolicy().replacing(
                "requester.entity == owner.entity", with: "requester.entiti == owner.entity")
            let error = await #expect(throws: SharingError.self) {
                _ = try await harness.engine.activatePolicy(text, file: "candidate.yaml", as: Harness.operatorContext)
            }
            #expect(error?.code == .policyInvalid)
            guard case .strings(let problems)? = error?.parameters["problems"] else { throw Missing() }
            #expect(problems.count > 0)
            #expect(problems.allSatisfy { $0.hasPrefix("candidate.yaml:") })
            #expect(harness.engine.activePolicy?.version == "2026.1")
        }
    }
}

import Canonical
import DeviceSharing
import EligibilityPolicy
import TestSupport
import Testing

@testable import SharingEngine
@testable import SharingLog

private struct Missing: Error {}

@Suite("A policy", .fewAtOnce)
struct PolicyActivationTests {
    @Test("takes effect by an event that holds its text, in every engine")
    func activation() async throws {
        try await Harness.run { harness in
            let text = try Installation.defaultPolicy().asPolicyVersion("2026.2")
            try await SharingEngine.withEngine(Harness.configuration(harness.database)) { other in
                #expect(other.activePolicy?.version == "2026.3")
                _ = try await harness.engine.activatePolicy(text, as: Harness.operatorContext)
                #expect(harness.engine.activePolicy?.version == "2026.2")
                try await other.memory.refreshPolicy()
                #expect(other.activePolicy?.version == "2026.2")
            }
            let events = try await harness.engine.log.history(of: .sharingPolicy)
            #expect(events.last?.data["text"] == .string(text))
        }
    }

    /// Holds whatever is older than a year.
    private static func stricter() throws -> String {
        try Installation.defaultPolicy().replacing("duration('168h')", with: "duration('10000h')")
            .asPolicyVersion("2026.2")
    }

    @Test("decides from its event on, also in an engine that has not noticed it yet")
    func decidesAtOnce() async throws {
        try await Harness.run { harness in
            for name in ["a", "b"] { try await harness.user(name, entity: "e") }
            try await harness.device("card", of: "b")
            var limits = EngineLimits()
            limits.policyInterval = .seconds(600)
            try await SharingEngine.withEngine(Harness.configuration(harness.database, limits: limits)) { other in
                let text = try Self.stricter()
                let activation = try await harness.engine.activatePolicy(text, as: Harness.operatorContext)
                #expect(other.activePolicy?.source != text)
                let behind = Harness(database: harness.database, engine: other)
                let receipt = try await behind.submit("a", "b", "card")
                #expect(receipt.request?.state == .compliancePending)
                #expect(receipt.positions.lowerBound > activation.positions.lowerBound)
                #expect(other.activePolicy?.source == text)
            }
            let archive = try await harness.engine.log.policyArchive()
            let (first, second) = (archive.activations[0].digest, archive.activations[1].digest)
            let head = try await harness.engine.log.head()
            #expect(archive.wasInForce(second, at: head) && !archive.wasInForce(first, at: head))
            let early = Position(rawValue: 2)
            #expect(archive.wasInForce(first, at: early) && !archive.wasInForce(second, at: early))
        }
    }

    @Test("is asked before anybody is refused by the one before it")
    func refusesAtOnce() async throws {
        try await Harness.run { harness in
            let request = try await harness.pendingRequest()
            var limits = EngineLimits()
            limits.policyInterval = .seconds(600)
            try await SharingEngine.withEngine(Harness.configuration(harness.database, limits: limits)) { other in
                let text = try Installation.defaultPolicy().replacing("suspected-fraud", with: "brand-new")
                    .asPolicyVersion("2026.2")
                _ = try await harness.engine.activatePolicy(text, as: Harness.operatorContext)
                let rejected = try await other.perform(
                    .reject(request, reason: "brand-new", note: nil), as: CommandContext(actor: Harness.officer))
                #expect(rejected.request?.state == .rejected)
            }
        }
    }

    @Test("that this program cannot read stops what it would decide, and nothing else")
    func unreadable() async throws {
        try await Harness.run { harness in
            let engine = harness.engine
            let request = try await harness.pendingRequest("alice", "bob", "new")
            try await harness.user("carol", entity: "entity-of-bob")
            let activation = PolicyActivation(
                name: StreamID.sharingPolicyName, version: "2030.1", digest: Digest(sha256: []), text: "of: another time")
            _ = try await engine.perform(.activatePolicy(activation), as: Harness.operatorContext)
            let error = await #expect(throws: EngineError.self) { try await harness.submit("carol", "bob", "new") }
            #expect(error?.code == .logUnreadable)
            let readiness = await engine.readiness()
            #expect(!readiness.isReady)
            #expect(readiness.findings.first { $0.check == .policy }?.problem?.detail.contains("cannot read the policy") == true)
            let withdrawn = try await engine.perform(.withdraw(request, note: nil), as: CommandContext(actor: Harness.portal))
            #expect(withdrawn.request?.state == .withdrawn)
        }
    }

    @Test("that came into force before it would be refused decides, explains and stays in force")
    func formerPolicy() async throws {
        try await Harness.run { harness in
            let engine = harness.engine
            // The rule compares with a kind that the catalogue lacks, and a rule has a zone that is none.
            let text = try Installation.defaultPolicy()
                .asPolicyVersion("2026.2")
                .replacing("require: device.shareable\n", with: "require: device.shareable && device.kind != 'dsc-pluss'\n")
                .replacing(
                    "require: device.sharedWith < widelyShared",
                    with: "require: request.submittedAt.getHours('HKT') < 25 || device.sharedWith < 0")
            let error = await #expect(throws: SharingError.self) {
                _ = try await engine.activatePolicy(text, as: Harness.operatorContext)
            }
            #expect(error?.code == .policyInvalid)
            let digest = Digest(sha256: text.utf8)
            let activation = PolicyActivation(name: StreamID.sharingPolicyName, version: "2026.2", digest: digest, text: text)
            _ = try await engine.perform(.activatePolicy(activation), as: Harness.operatorContext)
            _ = try await harness.pendingRequest("alice", "bob", "new")
            #expect(engine.activePolicy?.digest == digest)
            try await harness.user("carol", entity: "entity-of-bob")
            let decision = try #require(try await harness.submit("carol", "bob", "new").request?.decision?.decision())
            #expect(decision.policy == digest)
            #expect(decision.rulesFailedToEvaluate == ["device-not-widely-shared"])
            #expect(try await engine.log.policyArchive().policy(digest)?.version == "2026.2")
            // The file that holds it is in force, not refused.
            let receipt = try await engine.activatePolicy(text, as: Harness.operatorContext)
            #expect(receipt.positions.isEmpty)
        }
    }

    @Test("whose version was another text's is refused; a text of before comes back under its own version")
    func versionReused() async throws {
        try await Harness.run { harness in
            let engine = harness.engine
            let (first, same) = (try Installation.defaultPolicy(), try Self.stricter())
            let other = same.asPolicyVersion("2026.3")
            let error = await #expect(throws: SharingError.self) {
                _ = try await engine.activatePolicy(other, as: Harness.operatorContext)
            }
            #expect(error?.code == .policyVersionReused)
            #expect(engine.activePolicy?.source == first)
            _ = try await engine.activatePolicy(same, as: Harness.operatorContext)
            // Not only the one in force counts.
            let later = await #expect(throws: SharingError.self) {
                _ = try await engine.activatePolicy(other, as: Harness.operatorContext)
            }
            #expect(later?.code == .policyVersionReused)
            _ = try await engine.activatePolicy(first, as: Harness.operatorContext)
            #expect(engine.activePolicy?.source == first)
        }
    }

    @Test("that leaves out a kind of which there are devices is refused with their number; one whose devices are lost is not")
    func kindsInUse() async throws {
        try await Harness.run { harness in
            let engine = harness.engine
            try await harness.user("ben", entity: "e")
            try await harness.device("one", of: "ben", kind: "sls-card")
            try await harness.device("two", of: "ben", kind: "sls-card")
            let other = try Installation.defaultPolicy().replacing("- id: sls-card", with: "- id: code-card")
                .asPolicyVersion("2026.2")
            let error = await #expect(throws: SharingError.self) {
                _ = try await engine.activatePolicy(other, as: Harness.operatorContext)
            }
            #expect(error == .deviceKindInUse(["sls-card"], devices: 2))
            #expect(engine.activePolicy?.version == "2026.3")
            for device in ["one", "two"] {
                _ = try await engine.perform(
                    .deactivateDevice(DeviceID(trusted: device), reason: "replaced"), as: Harness.operatorContext)
            }
            // It may come back.
            await #expect(throws: error ?? .deviceKindInUse([], devices: 0)) {
                _ = try await engine.activatePolicy(other, as: Harness.operatorContext)
            }
            for device in ["one", "two"] {
                _ = try await engine.perform(.reportDeviceLost(DeviceID(trusted: device)), as: Harness.operatorContext)
            }
            _ = try await engine.activatePolicy(other, as: Harness.operatorContext)
            #expect(engine.activePolicy?.version == "2026.2")
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
            #expect(harness.engine.activePolicy?.version == "2026.3")
        }
    }
}

import Canonical
import DeviceSharing
import EligibilityPolicy
import PostgreSQL
import TestSupport
import Testing

@testable import SharingEngine
@testable import SharingLog

@Suite("A submission", .fewAtOnce)
struct SubmissionTests {
    @Test("is approved at once where the policy finds nothing, and the receipt shows every ruling")
    func approval() async throws {
        try await Harness.run { harness in
            try await harness.user("alice", entity: "e1")
            try await harness.user("bob", entity: "e1")
            try await harness.device("card", of: "bob")
            let receipt = try await harness.submit("alice", "bob", "card")
            let request = try #require(receipt.request)
            #expect(request.state == .active)
            let decision = try #require(request.decision).decision()
            let policy = try #require(harness.engine.activePolicy)
            #expect(decision.outcome == .approve)
            #expect(Set(decision.rulings.map(\.rule)) == Set(policy.rules.map(\.id)))
            #expect(decision.policy == policy.digest)
            let events = try await harness.engine.log.events(after: receipt.positions.lowerBound.advanced(by: -1))
            #expect(
                events.map(\.type) == [
                    "share-request-submitted", "share-request-approved", "sharing-activated", "login-device-changed",
                    "device-shared",
                ])
            #expect(receipt.positions.upperBound == events.last?.position.advanced(by: 1))
            #expect(try await harness.engine.request(request.id)?.state == .active)
        }
    }

    @Test("that the policy rejects is on record with its typed reasons, the primary one first")
    func rejection() async throws {
        try await Harness.run { harness in
            try await harness.user("alice", entity: "e1")
            try await harness.user("bob", entity: "e1")
            try await harness.device("low", of: "bob", kind: "sls-card")
            try await harness.device("high", of: "alice", kind: "dsc-plus")
            let receipt = try await harness.submit("alice", "bob", "low")
            let request = try #require(receipt.request)
            #expect(request.state == .rejected)
            #expect(request.reasons == [.builtIn(.deviceSecurityLevelTooLow)])
            let reason = try #require(request.decision?.decision().reasons.first)
            #expect(reason.parameters["level"] == .integer(10))
            #expect(reason.parameters["requiredLevel"] == .integer(30))
            let row = try await harness.engine.request(request.id)
            #expect(row?.reasons == ["device-security-level-too-low"])
            // A rejection holds nothing up: the requester may ask again.
            try await harness.submit("alice", "bob", "low")
        }
    }

    @Test("that needs a look waits for compliance, and the same requester cannot put a second one meanwhile")
    func review() async throws {
        try await Harness.run { harness in
            try await harness.user("alice", entity: "e1")
            try await harness.user("bob", entity: "e1")
            try await harness.device("new", of: "bob", activatedAt: .now.advanced(by: .seconds(-3_600)))
            let request = try #require(try await harness.submit("alice", "bob", "new").request)
            #expect(request.state == .compliancePending)
            #expect(request.reasons == [.builtIn(.deviceRecentlyActivated)])
            await #expect(throws: SharingError.requestAlreadyOpen(UserID(trusted: "alice"), request: request.id)) {
                try await harness.submit("alice", "bob", "new")
            }
            let approved = try await harness.engine.perform(
                .approve(request.id, note: "seen"), as: CommandContext(actor: Harness.officer))
            #expect(approved.request?.state == .active)
        }
    }

    @Test("under a key that is known is answered as the first time, and a key for another command is refused")
    func idempotency() async throws {
        try await Harness.run { harness in
            try await harness.user("alice", entity: "e1")
            try await harness.user("bob", entity: "e1")
            try await harness.device("card", of: "bob")
            let consent = try harness.consent()
            let first = try await harness.submit("alice", "bob", "card", key: "k", consent: consent)
            let again = try await harness.submit("alice", "bob", "card", key: "k", consent: consent)
            #expect(again.isRepetition)
            #expect(!first.isRepetition)
            #expect(again.positions == first.positions)
            #expect(again.recordedAt == first.recordedAt)
            #expect(again.request == first.request)
            await #expect(throws: SharingError.idempotencyKeyReused("k")) {
                try await harness.submit("alice", "bob", "other", key: "k", consent: consent)
            }
            #expect(try await harness.engine.requests(ShareRequestFilter()).count == 1)
        }
    }

    @Test("sent many times at once under one key takes effect once", .timeLimit(.minutes(10)))
    func simultaneousRepetition() async throws {
        try await Harness.run { harness in
            try await harness.user("alice", entity: "e1")
            try await harness.user("bob", entity: "e1")
            try await harness.device("card", of: "bob")
            let consent = try harness.consent()
            let other = try await SharingEngine.connect(Harness.configuration(harness.database))
            try await withThrowingTaskGroup(of: Range<Position>?.self) { group in
                group.addTask {
                    try await other.run()
                    return nil
                }
                for number in 0..<40 {
                    let engine = number.isMultiple(of: 2) ? harness.engine : other
                    group.addTask {
                        let command = SubmitShareRequest(
                            requester: UserID(trusted: "alice"), owner: UserID(trusted: "bob"), device: DeviceID(trusted: "card"),
                            consent: consent)
                        return try await engine.perform(
                            .submit(command), as: CommandContext(actor: Harness.portal, idempotencyKey: "same")
                        ).positions
                    }
                }
                var answers: [Range<Position>] = []
                while answers.count < 40, let answer = try await group.next() { if let answer { answers.append(answer) } }
                group.cancelAll()
                #expect(Set(answers).count == 1)
            }
            #expect(try await harness.engine.requests(ShareRequestFilter()).count == 1)
        }
    }

    @Test("by a role that may not is refused before anything is read")
    func roles() async throws {
        try await Harness.run { harness in
            let command = Command.approve(ShareRequestID(), note: nil)
            await #expect(throws: SharingError.notPermitted(role: .portal, attempted: "approve")) {
                try await harness.engine.perform(command, as: CommandContext(actor: Harness.portal))
            }
        }
    }

    @Test("names who and what is not there")
    func unknown() async throws {
        try await Harness.run { harness in
            try await harness.user("alice", entity: "e1")
            await #expect(throws: SharingError.userNotFound(UserID(trusted: "bob"))) {
                try await harness.submit("alice", "bob", "card")
            }
            try await harness.user("bob", entity: "e1")
            await #expect(throws: SharingError.deviceNotFound(DeviceID(trusted: "card"))) {
                try await harness.submit("alice", "bob", "card")
            }
            await #expect(throws: SharingError.requestNotFound(ShareRequestID(Self.nobody))) {
                try await harness.engine.perform(
                    .withdraw(ShareRequestID(Self.nobody), note: nil), as: CommandContext(actor: Harness.portal))
            }
        }
    }

    private static let nobody = ShareRequestID(at: Timestamp(microseconds: 0)).uuid
}

import Canonical
import DeviceSharing
import EligibilityPolicy
import Testing

@testable import SharingEngine
@testable import SharingLog

/// What an officer is shown of a request is what the log says, and what an action would give is what it gives.
@Suite("The dossier of a request")
struct RequestDossierTests {
    /// A request that waits, since nobody knows the two persons' identity.
    private static func pending(_ harness: Harness) async throws -> ShareRequestID {
        try await harness.user("asker", entity: "e1")
        try await harness.user("owner", entity: "e2")
        try await harness.device("card", of: "owner")
        guard case .shareRequest(let id) = try await harness.submit("asker", "owner", "card").subject else {
            throw SharingError.requestNotFound(ShareRequestID())
        }
        return id
    }

    @Test("shows both sides, the decision rule by rule, and that an officer could approve")
    func pendingRequest() async throws {
        try await Harness.run { harness in
            let id = try await Self.pending(harness)
            let dossier = try await harness.engine.dossier(of: id, for: Harness.officer)
            #expect(dossier.request.state == .compliancePending)
            #expect(dossier.requester?.user.entity.rawValue == "e1")
            #expect(dossier.owner?.devices.map(\.id.rawValue) == ["card"])
            #expect(dossier.device?.id.rawValue == "card")
            let decided = try #require(dossier.decided)
            #expect(decided.decision.outcome == .review)
            #expect(decided.reading?.rules.count == harness.engine.activePolicy?.rules.count)
            let outlook = try #require(dossier.outlook)
            #expect(outlook.changes.isEmpty)
            #expect(outlook.forecast?.approval == .approved)
            #expect(outlook.forecast?.rejectionRefusal == nil && outlook.forecast?.claimRefusal == nil)
            #expect(try await harness.engine.dossier(of: id).outlook?.forecast == nil, "whoever only reads can do nothing")
        }
    }

    @Test("says before the click that today's facts reject it, and the click does what was said")
    func changedFacts() async throws {
        try await Harness.run { harness in
            let id = try await Self.pending(harness)
            let now = try harness.engine.now()
            try await harness.device(
                "temporary", of: "owner", kind: "temporary-code", activatedAt: now, expiresAt: now.advanced(by: .seconds(86_400)))
            let outlook = try #require(try await harness.engine.dossier(of: id, for: Harness.officer).outlook)
            #expect(outlook.changes.count == 1)
            guard case .deviceAdded(.owner, let device)? = outlook.changes.first else {
                return #expect(Bool(false), "\(outlook.changes)")
            }
            #expect(device.id == "temporary")
            guard case .rejected(let errors)? = outlook.forecast?.approval else {
                return #expect(Bool(false), "\(String(describing: outlook.forecast))")
            }
            #expect(errors.map(\.code).first == .builtIn(.temporaryDeviceAssigned))
            let receipt = try await harness.engine.perform(
                .approve(id, note: nil), as: CommandContext(actor: Harness.officer))
            guard case .rejected(let rejection, _)? = receipt.request?.status else {
                return #expect(Bool(false), "\(String(describing: receipt.request))")
            }
            #expect(try rejection.reasons() == errors)
            let after = try await harness.engine.dossier(of: id, for: Harness.officer)
            #expect(after.outlook == nil, "nothing can be done with it any more")
        }
    }

    @Test("says where no policy could permit it")
    func impossible() async throws {
        try await Harness.run { harness in
            let id = try await Self.pending(harness)
            _ = try await harness.engine.perform(
                .deactivateDevice(DeviceID(trusted: "card"), reason: "replaced"), as: Harness.operatorContext)
            let outlook = try #require(try await harness.engine.dossier(of: id, for: Harness.officer).outlook)
            #expect(
                outlook.forecast?.approval
                    == .rejected([StatedReason(.deviceNotActive(DeviceID(trusted: "card"), state: "deactivated"))]))
        }
    }

    @Test("says who must leave it alone: a participant, another than who claimed it, and one of the same entity")
    func duties() async throws {
        try await Harness.run { harness in
            let id = try await Self.pending(harness)
            func forecast(_ actor: Actor) async throws -> CaseworkForecast {
                try #require(try await harness.engine.dossier(of: id, for: actor).outlook?.forecast)
            }
            let participant = Actor(id: "asker", role: .compliance)
            let refusal = SharingError.separationOfDuties(officer: "asker")
            let own = try await forecast(participant)
            #expect(own.approval == .refused(refusal) && own.rejectionRefusal == refusal && own.claimRefusal == refusal)
            let kin = try await forecast(Actor(id: "kin", role: .compliance, entity: EntityID(trusted: "e2")))
            #expect(kin.approval == .refused(.separationOfDuties(officer: "kin")))
            _ = try await harness.engine.perform(.claim(id), as: CommandContext(actor: Harness.officer))
            let other = try await forecast(Actor(id: "officer-2", role: .compliance))
            #expect(other.claimRefusal?.code == .invalidTransition && other.releaseRefusal?.code == .invalidTransition)
            #expect(try await forecast(Harness.officer).approval == .approved)
        }
    }

    @Test("is as of any position")
    func past() async throws {
        try await Harness.run { harness in
            let id = try await Self.pending(harness)
            let then = try await harness.engine.log.head()
            try await harness.device("later", of: "owner")
            _ = try await harness.engine.perform(.withdraw(id, note: nil), as: CommandContext(actor: Harness.portal))
            let dossier = try await harness.engine.dossier(of: id, through: then)
            #expect(dossier.request.state == .compliancePending)
            #expect(dossier.owner?.devices.map(\.id.rawValue) == ["card"])
            #expect(try await harness.engine.dossier(of: id).request.state == .withdrawn)
            await #expect(throws: SharingError.requestNotFound(id)) {
                _ = try await harness.engine.dossier(of: id, through: Position(rawValue: 1))
            }
        }
    }

    @Test("comes with the other requests of the same people, the newest first")
    func others() async throws {
        try await Harness.run { harness in
            let first = try await Self.pending(harness)
            _ = try await harness.engine.perform(.withdraw(first, note: nil), as: CommandContext(actor: Harness.portal))
            try await harness.submit("asker", "owner", "card")
            try await harness.user("stranger", entity: "e9")
            try await harness.device("other", of: "stranger")
            try await harness.user("friend", entity: "e9")
            try await harness.submit("friend", "stranger", "other")
            let rows = try await harness.engine.requests(
                of: [UserID(trusted: "asker"), UserID(trusted: "owner")], limit: 20)
            #expect(rows.count == 2)
            #expect(rows.last?.request == first)
            #expect(try await harness.engine.requests(of: [UserID(trusted: "owner")], limit: 1).count == 1)
        }
    }
}

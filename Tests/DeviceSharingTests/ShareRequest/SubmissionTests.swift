import Canonical
import EligibilityPolicy
import Testing

@testable import DeviceSharing

@Suite("A submitted share request")
struct SubmissionTests {
    private let cast = Scenario.given(.cast)

    @Test("that policy approves is a sharing at once: the login device changes, lower own devices are superseded")
    func approved() throws {
        let active = try cast.and(.device("a-dsc", of: "alice", "dsc") + .device("a-key", of: "alice", "ib-key"))
            .when(.submit(.first, by: "alice", device: "b-plus", of: "bob"))
            .then(
                .shareRequest(
                    .first,
                    .submitted(request: .first, requester: "alice", owner: "bob", device: "b-plus", consent: .fresh)),
                .shareRequest(.first, .approved(by: .policy, .any, note: nil)),
                .shareRequest(.first, .activated),
                .user(
                    "alice",
                    .loginDeviceChanged(
                        user: "alice", device: "b-plus", sharing: .first, superseded: ["a-sls", "a-dsc"])),
                .device("b-plus", .shared(device: "b-plus", request: .first, with: "alice"))
            )
            .thenDecided(.approve)
            .then(.first, is: .active)
        let alice = try #require(active.world.users["alice"])
        #expect(
            alice.loginSharing == User.LoginSharing(request: .first, device: "b-plus", superseded: ["a-sls", "a-dsc"]))
        #expect(alice.openRequest == nil)
        #expect(active.world.devices["b-plus"]?.sharings == [Device.Use(request: .first, user: "alice")])
    }

    @Test("of a requester without a device supersedes nothing")
    func withoutDevice() throws {
        try cast.when(.submit(.first, by: "carol", device: "b-plus", of: "bob"))
            .then(
                .shareRequest(
                    .first,
                    .submitted(request: .first, requester: "carol", owner: "bob", device: "b-plus", consent: .fresh)),
                .shareRequest(.first, .approved(by: .policy, .any, note: nil)),
                .shareRequest(.first, .activated),
                .user("carol", .loginDeviceChanged(user: "carol", device: "b-plus", sharing: .first, superseded: [])),
                .device("b-plus", .shared(device: "b-plus", request: .first, with: "carol")))
    }

    @Test("leaves own devices of the same level, and those not in force, alone")
    func notSuperseded() throws {
        let own: [NewEvent] =
            .device("a-plus", of: "alice", "dsc-plus") + .device("a-new", of: "alice", "sls-card", active: nil)
        let active = try cast.and(own).and(.device("a-sls", .deactivated(device: "a-sls", reason: "returned")))
            .when(.submit(.first, by: "alice", device: "b-plus", of: "bob")).then(.first, is: .active)
        #expect(active.world.users["alice"]?.loginSharing?.superseded == [])
    }

    @Test("that policy holds waits for compliance, for as long as policy says")
    func held() throws {
        let held = try cast.and(.device("b-new", of: "bob", "dsc-plus", active: .daysAgo(1)))
            .when(.submit(.first, by: "alice", device: "b-new", of: "bob"))
            .then(
                .shareRequest(
                    .first,
                    .submitted(request: .first, requester: "alice", owner: "bob", device: "b-new", consent: .fresh)),
                .shareRequest(
                    .first,
                    .held(
                        .any, expiresAt: Timestamp.noon.advanced(by: .hours(120)),
                        escalatesAt: Timestamp.noon.advanced(by: .hours(48)))),
                .user("alice", .shareRequestOpened(user: "alice", request: .first))
            )
            .thenDecided(.review, [.deviceRecentlyActivated])
            .then(.first, is: .compliancePending)
        #expect(held.world.users["alice"]?.openRequest == .first)
        #expect(held.world.requests[.first]?.pending?.approvalsRequired == 1)
        #expect(held.world.requests[.first]?.reasons == [.builtIn(.deviceRecentlyActivated)])
    }

    @Test("that policy rejects is on record with every reason, and leaves the requester free to ask again")
    func rejected() throws {
        let rejected = try cast.and(.device("b-sls", of: "bob", "sls-card", active: .daysAgo(1)))
            .when(.submit(.first, by: "alice", device: "b-sls", of: "bob", consent: .none))
            .then(
                .shareRequest(
                    .first, .submitted(request: .first, requester: "alice", owner: "bob", device: "b-sls", consent: nil)
                ),
                .shareRequest(.first, .rejected(Rejection(by: .policy, decision: .any))),
                .user("alice", .shareRequestClosed(user: "alice", request: .first, isRejected: true))
            )
            .thenDecided(.reject, [.ownerConsentMissing, .deviceSecurityLevelTooLow, .deviceRecentlyActivated])
        #expect(rejected.world.requests[.first]?.reasons.first == .builtIn(.ownerConsentMissing))
        #expect(rejected.world.users["alice"]?.openRequest == nil)
        try rejected.when(.submit(.second, by: "alice", device: "b-plus", of: "bob")).then(.second, is: .active)
    }

    @Test("records the facts that were decided on")
    func facts() throws {
        let events = try cast.and(identityOf: "alice", .of("ABCD.")).and(identityOf: "dave", .of("ABXD."))
            .when(.submit(.first, by: "alice", device: "d-plus", of: "dave")).events
        let facts = try #require(events.lazy.compactMap(\.decision).first).facts()
        #expect(
            facts.requester.id == "alice" && facts.requester.entity == "smith"
                && facts.requester.registeredAt == .longAgo)
        #expect(facts.requester.devices == [DeviceFacts(id: "a-sls", kind: "sls-card", activatedAt: .longAgo)])
        #expect(facts.owner.id == "dave" && facts.owner.devices.map(\.id) == ["d-plus"])
        #expect(facts.device == "d-plus" && facts.sharedWith == 0)
        #expect(facts.identity.residence == .mismatch && facts.identity.document == .match)
        #expect(facts.identity.socialSecurityNumber == .missing)
        #expect(facts.consent?.reference == "c-1")
        #expect(facts.submittedAt == .noon && facts.decidedAt == .noon)
        // The policy decides on the recorded facts as it did.
        #expect(try World.policy().evaluate(facts).outcome == .reject)
    }

    @Test("by somebody who gave one of two citizenships at each login waits for compliance")
    func twoCitizenships() throws {
        try cast.and(identityOf: "alice", .of("ABCD.")).and(identityOf: "dave", .of("AXCD."))
            .when(.submit(.first, by: "alice", device: "d-plus", of: "dave"))
            .thenDecided(.review, [.identityIncomplete])
    }

    @Test("across entities needs identical identity data")
    func identity() throws {
        let ask = Intent.submit(.first, by: "alice", device: "d-plus", of: "dave")
        try cast.when(ask).thenDecided(.review, [.identityIncomplete])
        let known = cast.and(identityOf: "alice", .of("ABCD."))
        try known.and(identityOf: "dave", .of("ABCD.")).when(ask).thenDecided(.approve)
        try known.and(identityOf: "dave", .of("ABCX.")).when(ask).thenDecided(.reject, [.identityMismatch])
        try known.and(identityOf: "dave", .of("ABCD.", under: "k2")).when(ask).thenDecided(
            .review, [.identityIncomplete])
    }

    @Test("is stopped by a temporary device of either side while that is in force, and no longer")
    func temporaryDevice() throws {
        for (holder, end) in [("alice", 2), ("bob", 2)] {
            let temporary: [NewEvent] = .device(
                "t", of: UserID(trusted: holder), "temporary-code", active: .daysAgo(1),
                expires: Timestamp.noon.advanced(by: .hours(end)))
            let ask = Intent.submit(.first, by: "alice", device: "b-plus", of: "bob")
            try cast.and(temporary).when(ask).thenDecided(.reject, [.temporaryDeviceAssigned])
            try cast.and(temporary).later(.hours(end)).when(ask).thenDecided(.approve)
        }
    }

    @Test("needs a consent that is fresh")
    func consent() throws {
        func ask(_ consent: Intent.Consent) -> Intent {
            .submit(.first, by: "alice", device: "b-plus", of: "bob", consent: consent)
        }
        try cast.when(ask(.none)).thenDecided(.reject, [.ownerConsentMissing])
        try cast.when(ask(.given(Timestamp.noon.advanced(by: .minutes(-15))))).thenDecided(.approve)
        try cast.when(ask(.given(Timestamp.noon.advanced(by: .minutes(-15)).advanced(by: .microseconds(-1)))))
            .thenDecided(.reject, [.ownerConsentStale])
    }

    @Test("with a consent of the future is refused: it would never grow stale")
    func futureConsent() throws {
        func ask(_ given: Timestamp) -> Intent {
            .submit(.first, by: "alice", device: "b-plus", of: "bob", consent: .given(given))
        }
        try cast.when(ask(Timestamp.noon.advanced(by: OwnerConsent.clockTolerance))).thenDecided(.approve)
        try cast.when(ask(Timestamp.noon.advanced(by: .minutes(2))))
            .thenRefused(.invalidInput(field: "consent.givenAt", problem: "must not be in the future"))
    }

    @Test("a consent names its method and where its evidence is, briefly")
    func consentLimits() {
        func consent(_ method: String, _ reference: String) throws {
            _ = try OwnerConsent(method: method, givenAt: .noon, reference: reference)
        }
        #expect(throws: Never.self) {
            try consent(String(repeating: "m", count: 64), String(repeating: "r", count: 200))
        }
        for (method, reference) in [
            ("", "r"), ("m", ""), (String(repeating: "m", count: 65), "r"), ("m", String(repeating: "r", count: 201)),
        ] {
            #expect(throws: SharingError.self) { try consent(method, reference) }
        }
    }

    @Test("is refused where nobody and nothing of that name is, or it is not the owner's")
    func notFound() throws {
        try cast.when(.submit(.first, by: "bob", device: "b-plus", of: "bob")).thenRefused(.requesterIsOwner("bob"))
        try cast.when(.submit(.first, by: "nobody", device: "b-plus", of: "bob")).thenRefused(.userNotFound("nobody"))
        try cast.when(.submit(.first, by: "alice", device: "b-plus", of: "nobody")).thenRefused(.userNotFound("nobody"))
        try cast.when(.submit(.first, by: "alice", device: "nothing", of: "bob")).thenRefused(
            .deviceNotFound("nothing"))
        try cast.when(.submit(.first, by: "alice", device: "d-plus", of: "bob")).thenRefused(
            .notDeviceOwner("bob", device: "d-plus"))
    }

    @Test("is refused where either user is closed")
    func closedUser() throws {
        for user: UserID in ["alice", "bob"] {
            try cast.and(.user(user, .closed(user: user))).when(
                .submit(.first, by: "alice", device: "b-plus", of: "bob")
            )
            .thenRefused(.userClosed(user))
        }
    }

    @Test("is refused for a device that is not active, with the state it is in")
    func inactiveDevice() throws {
        let ask = Intent.submit(.first, by: "alice", device: "b-plus", of: "bob")
        try cast.and(.device("b-plus", .deactivated(device: "b-plus", reason: "r"))).when(ask).thenRefused(
            .deviceNotActive("b-plus", state: "deactivated"))
        try cast.and(.device("b-plus", .reportedLost(device: "b-plus"))).when(ask).thenRefused(
            .deviceNotActive("b-plus", state: "lost"))
        try cast.and(.device("b-2", of: "bob", "dsc-plus", active: nil)).when(
            .submit(.first, by: "alice", device: "b-2", of: "bob")
        )
        .thenRefused(.deviceNotActive("b-2", state: "issued"))
        try cast.and(.device("t", of: "bob", "temporary-code", expires: .noon)).when(
            .submit(.first, by: "alice", device: "t", of: "bob")
        )
        .thenRefused(.deviceNotActive("t", state: "expired"))
    }

    @Test("is refused while another of the requester's is pending")
    func alreadyOpen() throws {
        try cast.when(.submit(.first, by: "alice", device: "d-plus", of: "dave")).then(.first, is: .compliancePending)
            .when(.submit(.second, by: "alice", device: "b-plus", of: "bob")).thenRefused(
                .requestAlreadyOpen("alice", request: .first))
    }

    @Test("is refused while the requester logs in with another's device")
    func alreadyShared() throws {
        try cast.when(.submit(.first, by: "alice", device: "b-plus", of: "bob")).then(.first, is: .active)
            .when(.submit(.second, by: "alice", device: "d-plus", of: "dave")).thenRefused(
                .alreadyShared("alice", device: "b-plus"))
    }

    @Test("is refused where it would make a chain, at either end")
    func chain() throws {
        let shared = try cast.when(.submit(.first, by: "carol", device: "b-plus", of: "bob")).then(.first, is: .active)
        // Carol logs in with Bob's device, so Bob cannot log in with somebody else's.
        try shared.when(.submit(.second, by: "bob", device: "d-plus", of: "dave")).thenRefused(
            .sharingChain("bob", device: "b-plus"))
        // Nor can anybody log in with a device of Carol's.
        try shared.and(.device("c-plus", of: "carol", "dsc-plus")).when(
            .submit(.second, by: "alice", device: "c-plus", of: "carol")
        )
        .thenRefused(.sharingChain("carol", device: "b-plus"))
        // Once it has ended, both can.
        let ended = try shared.when(.end(.first, reason: .stoppedByOwner)).then(.first, is: .ended)
        try ended.when(.submit(.second, by: "bob", device: "d-plus", of: "dave")).then(.second, is: .compliancePending)
    }
}

import Canonical
import EligibilityPolicy
import Testing

@testable import DeviceSharing

@Suite("A pending share request")
struct ComplianceTests {
    /// Alice asks for a device of Bob's that is a day old.
    private func pending() throws -> Scenario {
        try Scenario.given(.cast).and(.device("b-new", of: "bob", "dsc-plus", active: .daysAgo(1)))
            .when(.submit(.first, by: "alice", device: "b-new", of: "bob")).then(.first, is: .compliancePending)
    }

    /// The same, held by a rule that wants two officers.
    private func pendingForTwo(
        escalatesAt: Timestamp? = Timestamp.noon.advanced(by: .hours(48))
    ) throws -> Scenario {
        Scenario.given(.cast).and(
            .shareRequest(
                .first, .submitted(request: .first, requester: "alice", owner: "bob", device: "b-plus", consent: .fresh)
            ),
            .shareRequest(
                .first,
                .held(
                    .held(approvals: 2), expiresAt: Timestamp.noon.advanced(by: .hours(120)),
                    escalatesAt: escalatesAt)),
            .user("alice", .shareRequestOpened(user: "alice", request: .first)))
    }

    @Test("approved by compliance is a sharing at once, and pending no more")
    func approved() throws {
        let active = try pending().later(.hours(1)).when(.approve(.first, by: .olivia, note: "known client"))
            .then(
                .shareRequest(.first, .approved(by: .compliance, .any, note: "known client")),
                .shareRequest(.first, .activated),
                .user(
                    "alice", .loginDeviceChanged(user: "alice", device: "b-new", sharing: .first, superseded: ["a-sls"])
                ),
                .device("b-new", .shared(device: "b-new", request: .first, with: "alice"))
            )
            .thenDecided(.review, [.deviceRecentlyActivated])
            .then(.first, is: .active)
        #expect(active.world.users["alice"]?.openRequest == nil)
        let facts = try #require(active.events.first?.decision).facts()
        #expect(facts.submittedAt == .noon && facts.decidedAt == Timestamp.noon.advanced(by: .hours(1)))
    }

    @Test("is decided again on today's facts: what a rule now rejects is rejected, with the rule's error")
    func becameIneligible() throws {
        let temporary: [NewEvent] = .device(
            "t", of: "bob", "temporary-code", active: .noon, expires: Timestamp.noon.advanced(by: .days(9)))
        let rejected = try pending().and(temporary).later(.hours(1)).when(.approve(.first, by: .olivia, note: "fine"))
            .then(
                .shareRequest(.first, .rejected(Rejection(by: .policy, decision: .any, note: "fine"))),
                .user("alice", .shareRequestClosed(user: "alice", request: .first, isRejected: true))
            )
            .thenDecided(.reject, [.temporaryDeviceAssigned, .deviceRecentlyActivated])
        let reason = try #require(rejected.events.first?.decision).decision().reasons.first
        #expect(reason?.parameters == ["participant": "owner", "device": "t"])
        #expect(rejected.world.users["alice"]?.openRequest == nil)
        try pending().when(.recordUser("alice", entity: "miller")).and(identityOf: "alice", .of("ABCD.")).and(
            identityOf: "bob", .of("ABCX.")
        )
        .when(.approve(.first, by: .olivia)).thenDecided(.reject, [.identityMismatch, .deviceRecentlyActivated])
    }

    @Test("is decided again on today's facts: what nothing permits any more is rejected, with that error")
    func becameImpossible() throws {
        func rejection(after events: NewEvent...) throws -> SharingError? {
            let outcome = try pending().and(events).when(.approve(.first, by: .olivia)).then(.first, is: .rejected)
            guard case .rejected(let rejection, _)? = outcome.world.requests[.first]?.status else { return nil }
            #expect(rejection.by == .policy && rejection.decision == nil)
            #expect(outcome.world.requests[.first]?.reasons == rejection.error.map { [.builtIn($0.code)] })
            #expect(outcome.world.users["alice"]?.openRequest == nil)
            return rejection.error
        }
        #expect(
            try rejection(after: .device("b-new", .deactivated(device: "b-new", reason: "r")))
                == .deviceNotActive("b-new", state: "deactivated"))
        #expect(
            try rejection(after: .device("b-new", .reportedLost(device: "b-new")))
                == .deviceNotActive("b-new", state: "lost"))
        // The owner was closed: the request stays pending until somebody decides on it, and then cannot be approved.
        #expect(try rejection(after: .user("bob", .closed(user: "bob"))) == .userClosed("bob"))
        // Somebody began to log in with the requester's card in between.
        #expect(
            try rejection(after: .device("a-sls", .shared(device: "a-sls", request: .second, with: "carol")))
                == .sharingChain("alice", device: "a-sls"))
        // The owner began to log in with another's device.
        #expect(
            try rejection(
                after: .user(
                    "bob", .loginDeviceChanged(user: "bob", device: "d-plus", sharing: .second, superseded: [])))
                == .sharingChain("bob", device: "d-plus"))
    }

    @Test("that two must approve is endorsed by the first officer and approved by another")
    func twoApprovals() throws {
        let endorsed = try pendingForTwo().when(.claim(.first, by: .olivia)).when(
            .approve(.first, by: .olivia, note: "1")
        )
        .then(.shareRequest(.first, .endorsed(officer: "olivia", note: "1")))
        .then(.first, is: .compliancePending)
        #expect(endorsed.world.requests[.first]?.pending?.endorsedBy == "olivia")
        #expect(endorsed.world.requests[.first]?.pending?.claim == nil)
        try endorsed.when(.approve(.first, by: .olivia)).thenRefused(.separationOfDuties(officer: "olivia"))
        try endorsed.when(.approve(.first, by: .oscar)).then(.first, is: .active)
        try endorsed.when(.reject(.first, by: .oscar, reason: "other")).then(.first, is: .rejected)
        // What became ineligible between the two approvals is rejected.
        try endorsed.and(.device("b-plus", .reportedLost(device: "b-plus"))).when(.approve(.first, by: .oscar)).then(
            .first, is: .rejected)
    }

    @Test("is rejected by an officer for a reason of the policy's list")
    func rejected() throws {
        let given = try pending()
        try given.when(.reject(.first, by: .olivia, reason: "suspected-fraud", note: "see case 7"))
            .then(
                .shareRequest(
                    .first, .rejected(Rejection(by: .compliance, reason: "suspected-fraud", note: "see case 7"))),
                .user("alice", .shareRequestClosed(user: "alice", request: .first, isRejected: true))
            )
            .then(.first, is: .rejected)
        try given.when(.reject(.first, by: .olivia, reason: nil)).thenRefused(.reasonRequired)
        try given.when(.reject(.first, by: .olivia, reason: "")).thenRefused(.reasonRequired)
        let known = try World.policy().rejectionReasons.map(\.id.rawValue)
        try given.when(.reject(.first, by: .olivia, reason: "mood")).thenRefused(
            .unknownRejectionReason("mood", known: known))
    }

    @Test("is withdrawn by its requester")
    func withdrawn() throws {
        let withdrawn = try pending().when(.withdraw(.first, note: "found my card"))
            .then(
                .shareRequest(.first, .withdrawn(note: "found my card")),
                .user("alice", .shareRequestClosed(user: "alice", request: .first))
            )
            .then(.first, is: .withdrawn)
        #expect(withdrawn.world.users["alice"]?.openRequest == nil)
    }

    @Test("expires when its time is up, not before")
    func expired() throws {
        let given = try pending()
        try given.later(.hours(120) - .microseconds(1)).when(.expire(.first)).thenNothing()
        try given.later(.hours(120)).when(.expire(.first))
            .then(.shareRequest(.first, .expired), .user("alice", .shareRequestClosed(user: "alice", request: .first)))
            .then(.first, is: .expired)
            .when(.expire(.first)).thenNothing()
        try given.when(.withdraw(.first)).later(.hours(120)).when(.expire(.first)).thenNothing()
    }

    @Test("is escalated once when the policy's time for that passes, stays pending, and is decided as before")
    func escalated() throws {
        let given = try pending()
        try given.later(.hours(48) - .microseconds(1)).when(.escalate(.first)).thenNothing()
        let escalated = try given.later(.hours(48)).when(.escalate(.first))
            .then(.shareRequest(.first, .escalated))
            .then(.first, is: .compliancePending)
        let state = escalated.world.requests[.first]?.pending
        #expect(state?.escalatedAt == Timestamp.noon.advanced(by: .hours(48)) && state?.escalatesAt == nil)
        try escalated.later(.hours(1)).when(.escalate(.first)).thenNothing()
        try escalated.when(.claim(.first, by: .olivia)).when(.approve(.first, by: .olivia)).then(.first, is: .active)
        try escalated.later(.hours(72)).when(.expire(.first)).then(.first, is: .expired)
        // One that is over, decided or not, is not escalated any more; nor is one held before policies could say when.
        try given.later(.hours(120)).when(.escalate(.first)).thenNothing()
        try given.when(.withdraw(.first)).later(.hours(48)).when(.escalate(.first)).thenNothing()
        try pendingForTwo(escalatesAt: nil).later(.hours(119)).when(.escalate(.first)).thenNothing()
        // The first of two approvals does not keep it from being escalated.
        try pendingForTwo().when(.approve(.first, by: .olivia)).later(.hours(48)).when(.escalate(.first))
            .then(.shareRequest(.first, .escalated))
    }

    @Test("whose time is up can be decided on no more, even before the timer comes")
    func lapsed() throws {
        let lapsed = try pending().later(.hours(120))
        try lapsed.when(.approve(.first, by: .olivia)).thenRefused(
            .invalidTransition(from: "expired", attempted: "approve"))
        try lapsed.when(.reject(.first, by: .olivia, reason: "other")).thenRefused(
            .invalidTransition(from: "expired", attempted: "reject"))
        try lapsed.when(.claim(.first, by: .olivia)).thenRefused(
            .invalidTransition(from: "expired", attempted: "claim"))
        try pending().later(.hours(120) - .microseconds(1)).when(.approve(.first, by: .olivia)).then(
            .first, is: .active)
    }

    @Test("claimed by an officer is for that officer to decide, until the lease ends")
    func claimed() throws {
        let lease = CaseworkDecider.claimLease
        let claim = ShareRequest.Claim(officer: "olivia", until: Timestamp.noon.advanced(by: lease))
        let claimed = try pending().when(.claim(.first, by: .olivia))
            .then(.shareRequest(.first, .claimed(officer: "olivia", until: claim.until)))
        for (intent, attempted) in [
            (Intent.claim(.first, by: .oscar), "claim"), (.release(.first, by: .oscar), "release"),
            (.approve(.first, by: .oscar), "approve"),
            (.reject(.first, by: .oscar, reason: "other"), "reject"),
        ] {
            try claimed.when(intent).thenRefused(.invalidTransition(against: claim, attempted: attempted))
        }
        try claimed.when(.approve(.first, by: .olivia)).then(.first, is: .active)
        try claimed.later(lease).when(.approve(.first, by: .oscar)).then(.first, is: .active)
        try claimed.later(lease - .microseconds(1)).when(.claim(.first, by: .oscar)).thenRefused(
            .invalidTransition(against: claim, attempted: "claim"))
        // Claiming again renews the lease, once half of it is over.
        try claimed.later(lease / 2 - .microseconds(1)).when(.claim(.first, by: .olivia)).thenNothing()
        try claimed.later(lease / 2).when(.claim(.first, by: .olivia))
            .then(.shareRequest(.first, .claimed(officer: "olivia", until: Timestamp.noon.advanced(by: lease * 1.5))))
        // One that has lapsed is anybody's, also the same officer's again.
        try claimed.later(lease).when(.claim(.first, by: .oscar))
            .then(.shareRequest(.first, .claimed(officer: "oscar", until: Timestamp.noon.advanced(by: lease * 2))))
        try claimed.later(lease).when(.claim(.first, by: .olivia))
            .then(.shareRequest(.first, .claimed(officer: "olivia", until: Timestamp.noon.advanced(by: lease * 2))))
        try claimed.later(.minutes(10)).when(.claim(.first, by: .olivia))
            .then(
                .shareRequest(
                    .first, .claimed(officer: "olivia", until: Timestamp.noon.advanced(by: lease + .minutes(10)))))
        // A claim does not keep the requester from withdrawing.
        try claimed.when(.withdraw(.first)).then(.first, is: .withdrawn)
    }

    @Test("is released by the officer who claimed it")
    func released() throws {
        try pending().when(.release(.first, by: .olivia)).thenNothing()
        let released = try pending().when(.claim(.first, by: .olivia)).when(.release(.first, by: .olivia))
            .then(.shareRequest(.first, .released(officer: "olivia")))
        #expect(released.world.requests[.first]?.pending?.claim == nil)
        try released.when(.claim(.first, by: .oscar)).then(.first, is: .compliancePending)
    }

    @Test("is not for an officer who takes part in it, or whose entity does")
    func separationOfDuties() throws {
        let officers = [
            Actor(id: "alice", role: .compliance), Actor(id: "bob", role: .compliance),
            Actor(id: "olivia", role: .compliance, entity: "smith"),
        ]
        for officer in officers {
            let error = SharingError.separationOfDuties(officer: officer.id)
            try pending().when(.approve(.first, by: officer)).thenRefused(error)
            try pending().when(.reject(.first, by: officer, reason: "other")).thenRefused(error)
            try pending().when(.claim(.first, by: officer)).thenRefused(error)
        }
        try pending().when(.approve(.first, by: Actor(id: "olivia", role: .compliance, entity: "jones"))).then(
            .first, is: .active)
    }

    @Test("is not for an officer who is a client of its entity, whatever their token says")
    func separationOfDutiesByTheDirectory() throws {
        let officer = Actor(id: "olivia", role: .compliance, entity: "jones")
        let given = try pending().when(.recordUser("olivia", entity: "smith"))
        let error = SharingError.separationOfDuties(officer: "olivia")
        try given.when(.approve(.first, by: officer)).thenRefused(error)
        try given.when(.reject(.first, by: officer, reason: "other")).thenRefused(error)
        try given.when(.claim(.first, by: officer)).thenRefused(error)
    }

    @Test("stays given back when a page that is still open would renew the claim")
    func renewed() throws {
        let lease = CaseworkDecider.claimLease
        let refused = SharingError.invalidTransition(from: "compliance-pending", attempted: "renew")
        try pending().when(.renewClaim(.first, by: .olivia)).thenRefused(refused)
        let claimed = try pending().when(.claim(.first, by: .olivia))
        try claimed.when(.renewClaim(.first, by: .olivia)).thenNothing()
        try claimed.later(lease / 2).when(.renewClaim(.first, by: .olivia))
            .then(.shareRequest(.first, .claimed(officer: "olivia", until: Timestamp.noon.advanced(by: lease * 1.5))))
        try claimed.later(lease).when(.renewClaim(.first, by: .olivia)).thenRefused(refused)
        try claimed.when(.renewClaim(.first, by: .oscar))
            .thenRefused(
                .invalidTransition(
                    against: .init(officer: "olivia", until: Timestamp.noon.advanced(by: lease)), attempted: "renew"))
        try claimed.when(.release(.first, by: .olivia)).when(.renewClaim(.first, by: .olivia)).thenRefused(refused)
    }

    @Test("takes notes, in any state, of 1 to 2,000 characters")
    func notes() throws {
        let note = Intent.note(.first, by: .olivia, text: "called the client")
        let event = NewEvent.shareRequest(.first, .noted(officer: "olivia", text: "called the client"))
        try pending().when(note).then(event).when(.withdraw(.first)).when(note).then(event).then(.first, is: .withdrawn)
        let longest = String(repeating: "備", count: 2_000)
        try pending().when(.note(.first, by: .olivia, text: longest))
            .then(.shareRequest(.first, .noted(officer: "olivia", text: longest)))
        for text in ["", String(repeating: "x", count: 2_001)] {
            try pending().when(.note(.first, by: .olivia, text: text))
                .thenRefused(.invalidInput(field: "text", problem: "must have 1 to 2000 characters"))
        }
        let tooLong = String(repeating: "x", count: 2_001)
        let error = SharingError.invalidInput(field: "note", problem: "must have at most 2000 characters")
        try pending().when(.approve(.first, by: .olivia, note: tooLong)).thenRefused(error)
        try pending().when(.reject(.first, by: .olivia, reason: "other", note: tooLong)).thenRefused(error)
        try pending().when(.withdraw(.first, note: tooLong)).thenRefused(error)
    }
}

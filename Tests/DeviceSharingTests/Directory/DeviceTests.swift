import Canonical
import EligibilityPolicy
import Testing

@testable import DeviceSharing

@Suite("A device")
struct DeviceTests {
    private let alice: [NewEvent] = .user("alice", of: "smith")
    private let sls: [NewEvent] = .device("a-sls", of: "alice", "sls-card")

    @Test("is issued to a user, and activated then or later")
    func issuedAndActivated() throws {
        try Scenario.given(alice).when(.recordDevice("a-sls", holder: "alice", kind: "sls-card", activated: nil))
            .then(
                .device("a-sls", .issued(device: "a-sls", holder: "alice", kind: "sls-card", expiresAt: nil)),
                .user("alice", .deviceAssigned(user: "alice", device: "a-sls"))
            )
            .when(.recordDevice("a-sls", holder: "alice", kind: "sls-card", activated: .daysAgo(1)))
            .then(.device("a-sls", .activated(device: "a-sls", activatedAt: .daysAgo(1))))
            .when(.recordDevice("a-sls", holder: "alice", kind: "sls-card", activated: .daysAgo(1)))
            .thenNothing()
        try Scenario.given(alice).when(
            .recordDevice("a-sls", holder: "alice", kind: "sls-card", activated: .daysAgo(1))
        )
        .then(
            .device("a-sls", .issued(device: "a-sls", holder: "alice", kind: "sls-card", expiresAt: nil)),
            .user("alice", .deviceAssigned(user: "alice", device: "a-sls")),
            .device("a-sls", .activated(device: "a-sls", activatedAt: .daysAgo(1))))
    }

    @Test("is of a kind in the catalogue, and keeps kind and holder")
    func kindAndHolder() throws {
        let given = Scenario.given(alice).and(.user("bob", of: "smith")).and(sls)
        try given.when(.recordDevice("x", holder: "alice", kind: "abacus"))
            .thenRefused(.invalidInput(field: "kind", problem: "abacus is not in the policy's device catalogue"))
        try given.when(.recordDevice("a-sls", holder: "bob", kind: "sls-card"))
            .thenRefused(.deviceHeldByAnotherUser("a-sls", holder: "alice"))
        #expect(
            try given.when(.recordDevice("a-sls", holder: "alice", kind: "dsc-plus")).refusal?.code == .invalidInput)
    }

    @Test("of a temporary kind has an end, and no other has one")
    func temporary() throws {
        let given = Scenario.given(alice)
        let tomorrow = Timestamp.noon.advanced(by: .days(1))
        #expect(
            try given.when(.recordDevice("t", holder: "alice", kind: "temporary-code")).refusal?.parameters["field"]
                == "expiresAt")
        #expect(
            try given.when(.recordDevice("t", holder: "alice", kind: "sls-card", expires: tomorrow)).refusal?
                .parameters["field"] == "expiresAt")
        let issued = try given.when(
            .recordDevice("t", holder: "alice", kind: "temporary-code", activated: .noon, expires: tomorrow)
        )
        .then(
            .device("t", .issued(device: "t", holder: "alice", kind: "temporary-code", expiresAt: tomorrow)),
            .user("alice", .deviceAssigned(user: "alice", device: "t")),
            .device("t", .activated(device: "t", activatedAt: .noon)))
        let device = try #require(issued.world.devices["t"])
        #expect(device.isInForce(at: .noon))
        #expect(device.isInForce(at: tomorrow.advanced(by: .microseconds(-1))))
        #expect(!device.isInForce(at: tomorrow))
        #expect(
            try issued.when(.recordDevice("t", holder: "alice", kind: "temporary-code", expires: .noon)).refusal?.code
                == .invalidInput)
    }

    @Test("is deactivated for a reason, once")
    func deactivated() throws {
        let given = Scenario.given(alice).and(sls)
        try given.when(.deactivate("a-sls", reason: "returned"))
            .then(.device("a-sls", .deactivated(device: "a-sls", reason: "returned")))
            .when(.deactivate("a-sls", reason: "again"))
            .thenNothing()
        try given.when(.deactivate("a-sls", reason: "")).thenRefused(.reasonRequired)
        try given.when(.deactivate("a-sls", reason: " \n")).thenRefused(.reasonRequired)
        try given.when(.deactivate("a-sls", reason: String(repeating: "x", count: 201)))
            .thenRefused(.invalidInput(field: "reason", problem: "must have at most 200 characters"))
        try given.when(.deactivate("nothing", reason: "returned")).thenRefused(.deviceNotFound("nothing"))
    }

    @Test("is reported lost, once, whether active, issued or deactivated")
    func lost() throws {
        let issued: [NewEvent] = .device("a-new", of: "alice", "dsc-plus", active: nil)
        let given = Scenario.given(alice).and(sls).and(issued)
        try given.when(.reportLost("a-sls")).then(.device("a-sls", .reportedLost(device: "a-sls")))
            .when(.reportLost("a-sls")).thenNothing()
            .when(.deactivate("a-sls", reason: "late")).thenNothing()
        try given.when(.reportLost("a-new")).then(.device("a-new", .reportedLost(device: "a-new")))
        try given.when(.deactivate("a-sls", reason: "returned")).when(.reportLost("a-sls"))
            .then(.device("a-sls", .reportedLost(device: "a-sls")))
        try given.when(.reportLost("nothing")).thenRefused(.deviceNotFound("nothing"))
    }

    @Test("out of use is active again by a later activation, and not by an old list that still has it")
    func activatedAgain() throws {
        for gone in [Intent.reportLost("a-sls"), .deactivate("a-sls", reason: "returned")] {
            let out = try Scenario.given(alice).and(sls).when(gone).later(.hours(1))
            for before in [Timestamp.longAgo, .longAgo.advanced(by: .hours(1)), .noon] {
                try out.when(.recordDevice("a-sls", holder: "alice", kind: "sls-card", activated: before)).thenNothing()
            }
            try out.when(.recordDevice("a-sls", holder: "alice", kind: "sls-card", activated: nil)).thenNothing()
            let now = Timestamp.noon.advanced(by: .hours(1))
            try out.when(.recordDevice("a-sls", holder: "alice", kind: "sls-card", activated: now))
                .then(.device("a-sls", .activated(device: "a-sls", activatedAt: now)))
        }
    }

    @Test("lost on its way to the holder is not active by an old list either")
    func lostBeforeItsActivation() throws {
        let stolen = try Scenario.given(alice).and(.device("a-new", of: "alice", "dsc-plus", active: nil))
            .when(.reportLost("a-new"))
        try stolen.when(.recordDevice("a-new", holder: "alice", kind: "dsc-plus", activated: .longAgo)).thenNothing()
    }

    @Test("taken out of use ends the sharings it was used for")
    func endsSharings() throws {
        let shared = try Scenario.given(.cast).when(.submit(.first, by: "alice", device: "b-plus", of: "bob"))
            .when(.submit(.second, by: "carol", device: "b-plus", of: "bob")).then(.second, is: .active)
        try shared.when(.deactivate("b-plus", reason: "returned"))
            .then(
                .device("b-plus", .deactivated(device: "b-plus", reason: "returned")),
                .shareRequest(.first, .ended(reason: .deviceDeactivated, note: nil)),
                .user("alice", .loginDeviceChanged(user: "alice", device: nil, sharing: nil, superseded: [])),
                .device("b-plus", .unshared(device: "b-plus", request: .first, with: "alice")),
                .shareRequest(.second, .ended(reason: .deviceDeactivated, note: nil)),
                .user("carol", .loginDeviceChanged(user: "carol", device: nil, sharing: nil, superseded: [])),
                .device("b-plus", .unshared(device: "b-plus", request: .second, with: "carol")))
        let lost = try shared.when(.reportLost("b-plus")).then(.first, is: .ended).then(.second, is: .ended)
        #expect(lost.world.devices["b-plus"]?.sharings == [])
        guard case .ended(.deviceLost, _, _)? = lost.world.requests[.first]?.status else {
            Issue.record("ended for another reason")
            return
        }
    }
}

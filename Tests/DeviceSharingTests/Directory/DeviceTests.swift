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

    private func differs(_ device: DeviceID, _ field: String, _ recorded: String) -> SharingError {
        .directoryRecordDiffers(.device(device), field: field, recorded: recorded)
    }

    @Test("deactivated is active again by a later activation, and not by an old list that still has it")
    func activatedAgain() throws {
        let out = try Scenario.given(alice).and(sls).when(.deactivate("a-sls", reason: "returned")).later(.hours(1))
        for before in [Timestamp.longAgo, .longAgo.advanced(by: .hours(1)), .noon] {
            try out.when(.recordDevice("a-sls", holder: "alice", kind: "sls-card", activated: before))
                .thenRefused(differs("a-sls", "status", "deactivated"))
        }
        try out.when(.recordDevice("a-sls", holder: "alice", kind: "sls-card", activated: nil)).thenNothing()
        let now = Timestamp.noon.advanced(by: .hours(1))
        try out.when(.recordDevice("a-sls", holder: "alice", kind: "sls-card", activated: now))
            .then(.device("a-sls", .activated(device: "a-sls", activatedAt: now)))
    }

    @Test("lost never comes back, whatever the directory says, whether it was active or on its way to the holder")
    func lostForGood() throws {
        let issued: [NewEvent] = .device("a-new", of: "alice", "sls-card", active: nil)
        let given = Scenario.given(alice).and(sls).and(issued)
        for device in ["a-sls", "a-new"] as [DeviceID] {
            let lost = try given.when(.reportLost(device)).later(.hours(1))
            for moment in [Timestamp.longAgo, .noon, .noon.advanced(by: .minutes(30)), .noon.advanced(by: .days(30))] {
                try lost.when(.recordDevice(device, holder: "alice", kind: "sls-card", activated: moment))
                    .thenRefused(differs(device, "status", "lost"))
            }
            try lost.when(.recordDevice(device, holder: "alice", kind: "sls-card", activated: nil)).thenNothing()
        }
    }

    @Test("whose activation is another one on file is refused")
    func otherActivation() throws {
        let given = Scenario.given(alice).and(sls)
        for moment in [Timestamp.noon, .longAgo.advanced(by: .microseconds(1)), .longAgo.advanced(by: .days(-1))] {
            try given.when(.recordDevice("a-sls", holder: "alice", kind: "sls-card", activated: moment))
                .thenRefused(differs("a-sls", "activatedAt", Timestamp.longAgo.description))
        }
        try given.when(.recordDevice("a-sls", holder: "alice", kind: "sls-card", activated: .longAgo)).thenNothing()
        try given.when(.recordDevice("a-sls", holder: "alice", kind: "sls-card", activated: nil)).thenNothing()
    }

    @Test("is activated in the past, as nearly as clocks agree, and before its end")
    func moments() throws {
        let given = Scenario.given(alice)
        let latest = Timestamp.noon.advanced(by: .seconds(60))
        #expect(try given.when(.recordDevice("d", holder: "alice", kind: "sls-card", activated: latest)).refusal == nil)
        try given.when(
            .recordDevice("d", holder: "alice", kind: "sls-card", activated: latest.advanced(by: .microseconds(1)))
        ).thenRefused(.invalidInput(field: "activatedAt", problem: "is in the future"))
        for end in [Timestamp.noon, .longAgo] {
            try given.when(.recordDevice("t", holder: "alice", kind: "temporary-code", activated: .noon, expires: end))
                .thenRefused(.invalidInput(field: "expiresAt", problem: "must be later than activatedAt"))
        }
        // Issued first, and activated after its end.
        try given.when(.recordDevice("t", holder: "alice", kind: "temporary-code", activated: nil, expires: .daysAgo(1)))
            .when(.recordDevice("t", holder: "alice", kind: "temporary-code", activated: .noon, expires: .daysAgo(1)))
            .thenRefused(.invalidInput(field: "expiresAt", problem: "must be later than activatedAt"))
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

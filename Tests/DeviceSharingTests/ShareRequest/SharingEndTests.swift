import Canonical
import EligibilityPolicy
import Testing

@testable import DeviceSharing

@Suite("A standing sharing")
struct SharingEndTests {
    private func active() throws -> Scenario {
        try Scenario.given(.cast).when(.submit(.first, by: "alice", device: "b-plus", of: "bob")).then(
            .first, is: .active)
    }

    @Test(
        "is ended by requester, owner or compliance, and the requester's own devices come back",
        arguments: EndReason.allCases)
    func ended(reason: EndReason) throws {
        let ended = try active().later(.days(3)).when(.end(.first, reason: reason, note: "enough"))
            .then(
                .shareRequest(.first, .ended(reason: reason, note: "enough")),
                .user("alice", .loginDeviceChanged(user: "alice", device: nil, sharing: nil, superseded: [])),
                .device("b-plus", .unshared(device: "b-plus", request: .first, with: "alice")))
        #expect(ended.world.users["alice"]?.loginSharing == nil)
        #expect(ended.world.devices["b-plus"]?.sharings == [])
        #expect(ended.world.devices["a-sls"]?.isInForce(at: ended.now) == true)
        #expect(
            ended.world.requests[.first]?.status
                == .ended(reason, since: .noon, at: Timestamp.noon.advanced(by: .days(3))))
        // And Alice may ask again.
        try ended.when(.submit(.second, by: "alice", device: "b-plus", of: "bob")).then(.second, is: .active)
    }

    @Test("ends alone: others who log in with the device go on")
    func othersGoOn() throws {
        let both = try active().when(.submit(.second, by: "carol", device: "b-plus", of: "bob")).then(
            .second, is: .active)
        let ended = try both.when(.end(.first, reason: .stoppedByRequester)).then(.second, is: .active)
        #expect(ended.world.devices["b-plus"]?.sharings == [Device.Use(request: .second, user: "carol")])
        #expect(ended.world.users["carol"]?.loginSharing?.device == "b-plus")
    }

    @Test("goes on when a participant moves to another entity: whether it still may is for compliance to say")
    func entityChange() throws {
        try active().when(.recordUser("alice", entity: "miller"))
            .then(.user("alice", .entityChanged(user: "alice", entity: "miller", entityKind: .individual)))
            .then(.first, is: .active)
            .when(.end(.first, reason: .stoppedByCompliance)).then(.first, is: .ended)
    }

    @Test("goes on when the requester loses an own, superseded device")
    func supersededLost() throws {
        let lost = try active().when(.reportLost("a-sls")).then(.device("a-sls", .reportedLost(device: "a-sls"))).then(
            .first, is: .active)
        let ended = try lost.when(.end(.first, reason: .stoppedByRequester))
        #expect(ended.world.devices["a-sls"]?.isInForce(at: ended.now) == false)
    }

    @Test("is ended once, whatever the caller says stands")
    func onlyStanding() throws {
        let ended = try active().when(.end(.first, reason: .stoppedByOwner))
        let request = try #require(ended.world.requests[.first])
        let closing = ClosingFacts(sharings: [request], openRequest: request)
        #expect(
            try UserDecider.close("alice", ended.world.users["alice"], facts: closing) == [
                .user("alice", .closed(user: "alice"))
            ])
        #expect(
            try DeviceDecider.reportLost("b-plus", ended.world.devices["b-plus"], sharings: [request])
                == [.device("b-plus", .reportedLost(device: "b-plus"))])
    }
}

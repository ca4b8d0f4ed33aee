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
                .shareRequest(
                    .first,
                    .ended(
                        reason: reason,
                        consent: reason == .stoppedByOwner ? .toEnd(at: .noon.advanced(by: .days(3))) : nil, note: "enough")),
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

    @Test("is ended by the owner with a consent that was given since it began, and by nobody else with one")
    func ownersConsent() throws {
        let later = try active().later(.days(3))
        let request = try #require(later.world.requests[.first])
        func end(_ reason: EndReason, _ consent: OwnerConsent?) -> SharingErrorCode? {
            do throws(SharingError) {
                _ = try ShareRequestDecider.end(request, reason: reason, consent: consent, note: nil, at: later.now)
                return nil
            } catch {
                return error.code
            }
        }
        #expect(end(.stoppedByOwner, nil) == .ownerConsentMissing)
        #expect(end(.stoppedByOwner, .toEnd(at: .noon.advanced(by: .days(-1)))) == .invalidInput, "before it began")
        #expect(end(.stoppedByOwner, .toEnd(at: later.now.advanced(by: .days(1)))) == .invalidInput, "in the future")
        #expect(end(.stoppedByOwner, .toEnd(at: .noon.advanced(by: .days(1)))) == nil)
        for reason in EndReason.allCases where reason != .stoppedByOwner {
            #expect(end(reason, .toEnd(at: later.now)) == .invalidInput)
            #expect(end(reason, nil) == nil)
        }
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

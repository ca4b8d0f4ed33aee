import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine

// Requests that the policy rejects, and commands that the engine does not even record.

extension DemoHistory {
    /// 41 requests, rejected for each of the reasons.
    mutating func planRejected() {
        for _ in 0..<4 { submit(samePerson(1...59), .missing, .state(.rejected)) }
        for _ in 0..<5 { submit(samePerson(1...59), .stale, .state(.rejected)) }
        for _ in 0..<6 { submit(twoEntities(1...59, population.identity(), population.identity()), .state(.rejected)) }
        for number in 0..<9 {
            let pair = samePerson(3...59)
            let holder = number < 5 ? pair.requester : pair.owner
            _ = population.device(
                number.isMultiple(of: 2) ? "temporary-code" : "online-code-card", of: holder, days: 1, at: pair.at,
                expiresAfter: 14
            )
            submit(pair, .state(.rejected))
        }
        for _ in 0..<6 {
            let (requester, owner) = twoUsers()
            submit(pair(requester, owner, moment(1...59), requesterKind: "sls-card", ownerKind: "ib-key"), .state(.rejected))
        }
        for number in 0..<8 {
            let (requester, owner) = twoUsers()
            let kind: DeviceKindID = number.isMultiple(of: 2) ? "dsc-plus" : "dsc"
            let pair = pair(requester, owner, moment(1...59), requesterKind: kind, ownerKind: "sls-card")
            // Half of the owners have the right card, too, and asked with the wrong one.
            if number > 3 { _ = population.device("dsc-plus", of: owner, days: 30) }
            submit(pair, .state(.rejected))
        }
        for _ in 0..<3 {
            let pair = twoEntities(3...59, population.identity(), population.identity())
            _ = population.device("temporary-code", of: pair.owner, days: 0, at: pair.at, expiresAfter: 14)
            submit(pair, .missing, .state(.rejected))
        }
    }

    private mutating func twoUsers() -> (DemoUser, DemoUser) {
        let entity = population.entity()
        let identity = population.identity()
        return (population.user(of: entity, identity), population.user(of: entity, identity))
    }

    /// Commands that no policy could permit.
    mutating func planRefused() {
        let own = samePerson(10...50)
        submit(Pair(requester: own.owner, owner: own.owner, device: own.device, at: own.at), .refusal(.requesterIsOwner))
        let stranger = samePerson(10...50)
        submit(
            Pair(requester: own.requester, owner: stranger.requester, device: own.device, at: own.at), .refusal(.notDeviceOwner))
        let (requester, owner) = twoUsers()
        let issued = population.device("dsc-plus", of: owner, days: nil)
        submit(Pair(requester: requester, owner: owner, device: issued, at: own.at), .refusal(.deviceNotActive))
        submit(
            Pair(requester: own.requester, owner: own.owner, device: DeviceID(trusted: "DSP-0"), at: own.at),
            .refusal(.deviceNotFound))
    }
}

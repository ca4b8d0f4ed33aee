import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine

// Requests that the policy approves at once, and what becomes of the sharings.

extension DemoHistory {
    /// 82 sharings that stand at the end.
    mutating func planApproved() {
        for number in 0..<50 {
            submit(samePerson(1...59, requesterKind: number.isMultiple(of: 7) ? nil : "sls-card"), .state(.active))
        }
        for _ in 0..<10 {
            let identity = population.identity()
            submit(twoEntities(1...59, identity, identity), .state(.active))
        }
        for _ in 0..<4 {
            // The document differs; of US persons the social security number counts.
            let mine = population.identity(american: true)
            var theirs = mine
            theirs.document = population.identity().document
            submit(twoEntities(1...59, mine, theirs), .state(.active))
        }
        for _ in 0..<3 { planFamily() }
        for _ in 0..<6 {
            let entity = population.entity()
            let users = (0..<2).map { _ in population.user(of: entity, nil, .organization) }
            submit(pair(users[0], users[1], moment(1...59), requesterKind: "dsc", ownerKind: "dsc-plus"), .state(.active))
        }
    }

    /// A card that three users of one entity share; the fourth request is looked at, and approved.
    private mutating func planFamily() {
        let entity = population.entity()
        let identity = population.identity()
        let owner = population.user(of: entity, identity)
        let first = pair(population.user(of: entity, identity), owner, moment(2...8), requesterKind: nil)
        submit(first, .state(.active))
        for day in [12, 19] {
            let requester = population.user(of: entity, identity)
            submit(Pair(requester: requester, owner: owner, device: first.device, at: moment(day...day + 4)), .state(.active))
        }
        let fourth = Pair(
            requester: population.user(of: entity, identity), owner: owner, device: first.device, at: moment(30...50))
        approve(submit(fourth, .state(.compliancePending)), of: fourth, "the family was called back")
    }

    /// 18 sharings that ended, three for each cause.
    mutating func planEnded() {
        for reason in EndReason.allCases {
            for _ in 0..<3 {
                let pair = samePerson(1...35)
                let request = submit(pair, .state(.active))
                let end = pair.at.advanced(by: .seconds(population.random.number(1...20) * 86_400))
                switch reason {
                case .stoppedByRequester:
                    command(.endSharing(request, reason: reason, note: nil), by: DemoActors.portal, at: end, .state(.ended))
                case .stoppedByOwner:
                    let consent = try? OwnerConsent(
                        method: "credentials-and-device-challenge", givenAt: min(end, self.end), reference: "end-\(request)")
                    command(
                        .endSharing(request, reason: reason, consent: consent, note: nil), by: DemoActors.portal, at: end,
                        .state(.ended))
                case .stoppedByCompliance:
                    command(
                        .endSharing(request, reason: reason, note: "the owner reported that the card is used elsewhere"),
                        by: population.random.pick(DemoActors.officers), at: end, .state(.ended))
                case .deviceDeactivated:
                    command(.deactivateDevice(pair.device, reason: "replaced"), by: DemoActors.portal, at: end, .anything)
                case .deviceLost: command(.reportDeviceLost(pair.device), by: DemoActors.portal, at: end, .anything)
                case .participantClosed: command(.closeUser(pair.requester.id), by: DemoActors.portal, at: end, .anything)
                }
            }
        }
    }
}

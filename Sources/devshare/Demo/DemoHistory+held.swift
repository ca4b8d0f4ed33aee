import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine

// Requests that the policy wants seen, and what compliance makes of them.

extension DemoHistory {
    /// 59 requests that were held: approved, rejected, overtaken by events, withdrawn, lapsed, and those that wait.
    mutating func planHeld() {
        for number in 0..<18 {
            let pair = heldPair(number, 1...52)
            approve(submit(pair, .state(.compliancePending)), of: pair, "called back, all in order")
        }
        let reasons = ["identity-not-established", "evidence-insufficient", "consent-doubtful", "suspected-fraud", "other"]
        for number in 0..<10 {
            let pair = heldPair(number, 1...52)
            let request = submit(pair, .state(.compliancePending))
            let officer = claim(request, of: pair)
            command(
                .reject(request, reason: reasons[number % reasons.count], note: "see the case file"), by: officer,
                at: later(pair, hours: 5),
                .state(.rejected))
        }
        for _ in 0..<3 {
            // What was eligible yesterday is not today: the approval finds the temporary device.
            let pair = heldPair(0, 1...50)
            let request = submit(pair, .state(.compliancePending))
            _ = population.device("temporary-code", of: pair.owner, days: 0, at: later(pair, hours: 20), expiresAfter: 10)
            let officer = population.random.pick(DemoActors.officers)
            command(.approve(request, note: nil), by: officer, at: later(pair, hours: 44), .state(.rejected))
        }
        for number in 0..<8 {
            let pair = heldPair(number, 1...54)
            let request = submit(pair, .state(.compliancePending))
            command(
                .withdraw(request, note: "no longer needed"), by: DemoActors.portal, at: later(pair, hours: 9), .state(.withdrawn)
            )
        }
        for number in 0..<8 {
            let pair = heldPair(number, 1...52)
            submit(pair, .state(.compliancePending))
            add(.expiry, at: later(pair, hours: 120))
        }
        for number in 0..<12 {
            let pair = heldPair(number, 56...58)
            let request = submit(pair, .state(.compliancePending))
            if number.isMultiple(of: 3) { _ = claim(request, of: pair) }
        }
    }

    /// One of the reasons for which the policy holds a request.
    private mutating func heldPair(_ number: Int, _ days: ClosedRange<Int>) -> Pair {
        let entity = population.entity()
        let identity = population.identity()
        switch number % 5 {
        case 0:
            var incomplete = identity
            incomplete.document = nil
            return twoEntities(days, identity, incomplete)
        case 1: return twoEntities(days, identity, nil, kinds: (.individual, .organization))
        case 2:
            let users = (0..<2).map { _ in population.user(of: entity, identity) }
            return pair(users[0], users[1], moment(days), requesterKind: "sls-card", ageOfCard: population.random.number(0...4))
        case 3:
            let at = moment(days)
            let requester = population.user(of: entity, identity, days: population.random.number(2...20), at: at)
            return pair(requester, population.user(of: entity, identity), at, requesterKind: nil)
        default:
            let at = moment(days)
            let owner = population.user(of: entity, identity, days: population.random.number(12...20), at: at)
            return pair(population.user(of: entity, identity), owner, at, requesterKind: nil, ageOfCard: 8)
        }
    }

    /// An officer looks into the request and approves it.
    mutating func approve(_ request: ShareRequestID, of pair: Pair, _ note: String) {
        let officer = claim(request, of: pair)
        command(
            .note(request, text: "called both participants"), by: officer, at: later(pair, hours: 3), .state(.compliancePending))
        command(.approve(request, note: note), by: officer, at: later(pair, hours: 4), .state(.active))
    }

    private mutating func claim(_ request: ShareRequestID, of pair: Pair) -> Actor {
        let officer = population.random.pick(DemoActors.officers)
        command(.claim(request), by: officer, at: later(pair, hours: 2), .state(.compliancePending))
        return officer
    }

    private mutating func later(_ pair: Pair, hours: Int) -> Timestamp {
        pair.at.advanced(by: .seconds(hours * 3_600 + population.random.number(0...1_800)))
    }
}

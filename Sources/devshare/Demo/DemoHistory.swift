import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine

/// Sixty days of a broker's life: who asks for whose device, and what comes of it. The same seed and end give the same history.
struct DemoHistory: Sendable {
    static let days = 60
    static let users = 1_000
    static let devices = 1_500

    let start: Timestamp
    let end: Timestamp
    var population: DemoPopulation
    private(set) var steps: [DemoStep] = []
    private(set) var requests: [ShareRequestID] = []

    init(seed: UInt64, end: Timestamp) {
        self.end = end
        start = end.advanced(by: .seconds(-Self.days * 86_400))
        population = DemoPopulation(seed: seed, start: start)
        planApproved()
        planEnded()
        planHeld()
        planRejected()
        planRefused()
        population.fill(users: Self.users, devices: Self.devices)
        for user in population.users where user.registeredAt > start { add(.user(user), at: user.registeredAt) }
        for device in population.devices {
            if let activatedAt = device.activatedAt, activatedAt > start { add(.device(device), at: activatedAt) }
        }
        // At one moment users come before devices and these before the rest; else equal moments keep their order, so that one
        // history is always the same.
        steps = steps.enumerated().sorted {
            ($0.element.at, $0.element.rank, $0.offset) < ($1.element.at, $1.element.rank, $1.offset)
        }.map(\.element)
    }

    /// Users and devices that are there when the history begins.
    var firstUsers: [DemoUser] { population.users.filter { $0.registeredAt <= start } }
    var firstDevices: [DemoDevice] { population.devices.filter { ($0.activatedAt ?? start) <= start } }

    // MARK: Building blocks

    /// Two users, a device of the second, and when the first asks for it.
    struct Pair {
        let requester: DemoUser
        let owner: DemoUser
        let device: DeviceID
        let at: Timestamp
    }

    enum Consent { case fresh, stale, missing }

    /// A moment between eight and eighteen o'clock (UTC) of one of the days.
    mutating func moment(_ days: ClosedRange<Int>) -> Timestamp {
        let day: Int64 = 86_400_000_000
        let midnight = start.microseconds - start.microseconds % day + Int64(population.random.number(days)) * day
        return Timestamp(microseconds: midnight).advanced(by: .milliseconds(population.random.number(28_800_000...64_800_000)))
    }

    mutating func add(_ work: DemoStep.Work, at moment: Timestamp) { steps.append(DemoStep(at: min(moment, end), work: work)) }

    mutating func command(_ command: Command, by actor: Actor, at moment: Timestamp, _ expected: DemoStep.Expectation) {
        add(.command(command, actor, expected), at: moment)
    }

    /// The requester asks for the device.
    @discardableResult
    mutating func submit(_ pair: Pair, _ consent: Consent, _ expected: DemoStep.Expectation) -> ShareRequestID {
        let id = ShareRequestID(at: pair.at, using: &population.random)
        let age = consent == .stale ? population.random.number(1_000...7_000) : population.random.number(20...600)
        let given =
            consent == .missing
            ? nil
            : try? OwnerConsent(
                method: "device-challenge", givenAt: pair.at.advanced(by: .seconds(-age)),
                reference: "consent-\(10_000 + steps.count)")
        command(
            .submit(
                SubmitShareRequest(
                    request: id, requester: pair.requester.id, owner: pair.owner.id, device: pair.device, consent: given)),
            by: DemoActors.portal, at: pair.at, expected)
        if case .state = expected { requests.append(id) }
        return id
    }

    @discardableResult
    mutating func submit(_ pair: Pair, _ expected: DemoStep.Expectation) -> ShareRequestID { submit(pair, .fresh, expected) }

    /// One person's two users; the second holds the stronger card.
    mutating func samePerson(_ days: ClosedRange<Int>, requesterKind: DeviceKindID? = "sls-card", american: Bool = false) -> Pair
    {
        let entity = population.entity()
        let identity = population.identity(american: american)
        return pair(
            population.user(of: entity, identity), population.user(of: entity, identity), moment(days),
            requesterKind: requesterKind
        )
    }

    /// Two entities whose identity data may be the same.
    mutating func twoEntities(
        _ days: ClosedRange<Int>, _ mine: DemoIdentity, _ theirs: DemoIdentity?,
        kinds: (EntityKind, EntityKind) = (.individual, .individual)
    ) -> Pair {
        let requester = population.user(of: population.entity(), mine, kinds.0)
        let owner = population.user(of: population.entity(), theirs, kinds.1)
        return pair(requester, owner, moment(days), requesterKind: "sls-card")
    }

    /// - Parameter ageOfCard: days for which the owner's card has been active when the requester asks.
    mutating func pair(
        _ requester: DemoUser, _ owner: DemoUser, _ at: Timestamp, requesterKind: DeviceKindID?,
        ownerKind: DeviceKindID = "dsc-plus",
        ageOfCard: Int? = nil
    ) -> Pair {
        if let requesterKind {
            _ = population.device(requesterKind, of: requester, days: population.random.number(9...40), at: nil)
        }
        let device: DeviceID
        if let ageOfCard {
            device = population.device(ownerKind, of: owner, days: ageOfCard, at: at)
        } else {
            device = population.device(ownerKind, of: owner, days: population.random.number(9...40))
        }
        return Pair(requester: requester, owner: owner, device: device, at: at)
    }
}

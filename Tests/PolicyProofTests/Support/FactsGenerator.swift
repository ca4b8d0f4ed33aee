import Canonical
import EligibilityPolicy
import TestSupport

@testable import PolicyProof

/// Facts of all sorts: at the corners of two policies, and beside other facts of which something is known.
struct FactsGenerator {
    private var sampler: FactsSampler
    private var variations: FactsVariations
    private var random: SeededGenerator

    init(_ policies: [Policy], random: SeededGenerator) {
        sampler = FactsSampler(seed: random.seed, policies: policies)
        variations = FactsVariations(policies)
        self.random = random
    }

    /// Such as the engine makes.
    mutating func next(beside known: [Facts]) -> Facts? {
        var facts = !known.isEmpty && random.below(3) == 0 ? random.pick(known) : sampler.next()
        for _ in 0..<random.below(3) { facts = variations.next(to: facts) }
        if random.below(6) == 0 { facts.requester.devices.append(device("r")) }
        if random.below(6) == 0 { facts.owner.devices.append(device("o")) }
        if random.below(8) == 0 { facts.requester.registeredAt = moment() }
        if random.below(8) == 0 { facts.consent?.givenAt = moment() }
        if random.below(8) == 0 { facts.requester.entity = facts.owner.id }
        if random.below(8) == 0 { facts.owner.id = facts.device }
        return FactLaws.hold(for: facts) ? facts : nil
    }

    private mutating func device(_ name: String) -> DeviceFacts {
        DeviceFacts(
            id: "\(name)-\(random.below(1_000))",
            kind: DeviceKindID(rawValue: random.pick(["unknown", "cat", "card", "code", "pad", "xyz", "another"])),
            activatedAt: moment())
    }

    private mutating func moment() -> Timestamp {
        let days = Int64(random.below(20_000)) * 86_400_000_000
        return Timestamp(microseconds: days + Int64(random.below(86_400)) * 1_000_000 + Int64(random.below(2)))
    }
}

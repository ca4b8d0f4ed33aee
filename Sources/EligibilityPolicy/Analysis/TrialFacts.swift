import Canonical

/// Facts on which expressions are tried when a policy is checked, to see whether they can be evaluated at all: those of the
/// sampler, and some at the ends of what facts can be.
struct TrialFacts {
    let facts: [Facts]
    /// How many the sampler makes.
    private static let sampled = 40

    init(_ policy: Policy) {
        var sampler = FactsSampler(seed: 1, policies: [policy])
        let plain = sampler.plain
        facts = [plain] + Self.corners(plain, policy.catalog) + (0..<Self.sampled).map { _ in sampler.next() }
    }

    private static func corners(_ plain: Facts, _ catalog: DeviceCatalog) -> [Facts] {
        let kinds = catalog.kinds.map(\.id)
        // Ids as they are given out: letters and digits, parts with hyphens, long ones.
        var numbered = plain
        numbered.requester = participant("U10000001", "E20000001", [], plain)
        numbered.owner = participant("U10000002", "E20000002", kinds, plain)
        numbered.device = "D30000001"
        var many = plain
        many.requester = participant("a-1-2-3-4-5-6-7-8-9-10", "b-1-2-3-4-5-6-7-8-9-10", kinds + kinds + kinds, plain)
        many.owner = participant("c-1-2-3-4-5-6-7-8-9-10", "b-1-2-3-4-5-6-7-8-9-10", kinds + kinds + kinds, plain)
        many.device = "D30000001"
        many.sharedWith = 1_000
        many.session = SessionFacts(
            methods: AuthenticationMethod.allCases, level: SessionFacts.levels.upperBound, authenticatedAt: plain.submittedAt)
        var nothing = plain
        nothing.requester.devices = []
        nothing.consent = nil
        nothing.identity = .missing
        var differing = numbered
        for attribute in IdentityAttribute.allCases { differing.identity[attribute] = .mismatch }
        differing.requester.entityKind = .organization
        differing.requester.person = "P40000001"
        differing.requester.adult = .no
        return [numbered, many, nothing, differing]
    }

    private static func participant(
        _ id: String, _ entity: String, _ kinds: [DeviceKindID], _ plain: Facts
    ) -> ParticipantFacts {
        ParticipantFacts(
            id: id, entity: entity, entityKind: .individual, registeredAt: plain.requester.registeredAt,
            devices: kinds.enumerated().map { number, kind in
                DeviceFacts(id: "D\(30_000_001 + number)", kind: kind, activatedAt: plain.requester.registeredAt)
            })
    }
}

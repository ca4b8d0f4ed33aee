import CEL
import Canonical

/// Makes facts that reach the corners of policies: values around the numbers and spans that their expressions name, and
/// the texts that they compare with. The same seed gives the same facts.
package struct FactsSampler {
    private var random: SplitMix64
    private let kinds: [DeviceKindID]
    private let bestKind: DeviceKindID
    private var spans: [Int64]
    private var numbers: [Int]
    private var texts: [String]
    private let declared: [DeclaredField]
    private let counters: [HistoryCounter]

    private static let day: Int64 = 86_400_000_000
    private static let base = Timestamp(microseconds: 1_767_225_600_000_000)

    package init(seed: UInt64, policies: [Policy]) {
        random = SplitMix64(seed: seed)
        var harvest = Harvest()
        for policy in policies { harvest.add(policy) }
        kinds = Array(Set(policies.flatMap { $0.catalog.kinds.map(\.id) })).sorted { $0.rawValue < $1.rawValue }
        let shareable = policies.first?.catalog.kinds.filter { $0.isShareable && $0.isPhysical && !$0.isTemporary }
        bestKind = shareable?.max { $0.level < $1.level }?.id ?? "device"
        // In microseconds, a second to either side.
        spans =
            harvest.spans.sorted().flatMap { [$0 - 1_000_000, $0, $0 + 1_000_000] } + [0, 60_000_000, Self.day, 400 * Self.day]
        // Filtered before one is added: a literal may be the largest number that there is.
        let counts = -1...1_000_001
        numbers =
            harvest.numbers.filter(counts.contains).sorted().flatMap { [$0 - 1, $0, $0 + 1] }.filter { $0 >= 0 } + [0, 1]
        texts = harvest.texts.sorted()
        declared = policies.flatMap(\.schema.declared)
        counters = policies.flatMap(\.counted)
    }

    /// Facts of a request that policies tend to approve: one entity, the owner's device the better one.
    package var plain: Facts {
        let years = Self.base.advanced(by: .microseconds(-1_000 * Self.day))
        func participant(_ id: String) -> ParticipantFacts {
            ParticipantFacts(
                id: id, entity: "E-1", entityKind: .individual, registeredAt: years,
                devices: [DeviceFacts(id: id + "-device", kind: bestKind, activatedAt: years)])
        }
        return Facts(
            requester: participant("requester"), owner: participant("owner"), device: "owner-device", sharedWith: 0,
            identity: IdentityFacts(
                dateOfBirth: .match, citizenship: .match, residence: .match, document: .match, socialSecurityNumber: .match,
                usPerson: false),
            consent: ConsentFacts(method: "device-challenge", givenAt: Self.base, reference: "reference"),
            counters: .ordinary(counters), submittedAt: Self.base, decidedAt: Self.base)
    }

    /// The next facts: each aspect is plain or random.
    package mutating func next() -> Facts {
        var facts = plain
        for aspect in Aspect.allCases where random.below(5) < 2 { vary(aspect, of: &facts) }
        return facts
    }

    // MARK: Aspects

    /// What of facts is varied together.
    private enum Aspect: CaseIterable {
        case requesterDevices, ownerDevices, device, requesterUser, ownerUser, sharedWith, identity, consent, session, declared,
            times
    }

    private mutating func vary(_ aspect: Aspect, of facts: inout Facts) {
        switch aspect {
        case .requesterDevices: facts.requester.devices = devices(of: "requester", atLeast: 0, at: facts.decidedAt)
        case .ownerDevices:
            facts.owner.devices = devices(of: "owner", atLeast: 1, at: facts.decidedAt)
            facts.device = facts.owner.devices[0].id
        case .device: facts.device = facts.owner.devices[random.below(facts.owner.devices.count)].id
        case .requesterUser: vary(&facts.requester, at: facts.decidedAt)
        case .ownerUser: vary(&facts.owner, at: facts.decidedAt)
        case .sharedWith: facts.sharedWith = random.element(of: numbers) ?? 0
        case .identity: facts.identity = identity()
        case .consent: facts.consent = consent(at: facts.submittedAt)
        case .session:
            facts.session = SessionFacts.sample(&random, at: facts.submittedAt)
            if facts.session != nil { facts.session?.authenticatedAt = before(facts.submittedAt) }
        case .declared:
            for field in declared { facts[field.source] = field.sample(&random, near: numbers, texts) }
        case .times: facts.decidedAt = facts.submittedAt.advanced(by: .microseconds(random.element(of: spans) ?? 0))
        }
    }

    private mutating func vary(_ participant: inout ParticipantFacts, at moment: Timestamp) {
        if random.below(2) == 0 { participant.entity = random.below(4) == 0 ? text() : "E-\(random.below(3))" }
        if random.below(4) == 0 { participant.id = text() }
        if random.below(2) == 0 { participant.entityKind = .organization }
        if random.below(3) == 0 { participant.person = random.below(4) == 0 ? text() : "P-\(random.below(3))" }
        if random.below(3) == 0 { participant.adult = random.element(of: Adulthood.allCases) ?? .unknown }
        if random.below(2) == 0 { participant.registeredAt = before(moment) }
    }

    private mutating func devices(of user: String, atLeast least: Int, at moment: Timestamp) -> [DeviceFacts] {
        (0..<least + random.below(3)).map { number in
            DeviceFacts(id: "\(user)-device-\(number)", kind: random.element(of: kinds) ?? "device", activatedAt: before(moment))
        }
    }

    private mutating func identity() -> IdentityFacts {
        var identity = IdentityFacts.missing
        for attribute in IdentityAttribute.allCases {
            identity[attribute] = random.below(2) == 0 ? .match : random.element(of: IdentityComparison.allCases) ?? .missing
        }
        identity.usPerson = random.element(of: [nil, false, true]) ?? nil
        return identity
    }

    private mutating func consent(at moment: Timestamp) -> ConsentFacts? {
        guard random.below(3) > 0 else { return nil }
        return ConsentFacts(method: text(), givenAt: before(moment), reference: "reference")
    }

    private mutating func text() -> String { random.element(of: texts) ?? "text-\(random.below(3))" }

    private mutating func before(_ moment: Timestamp) -> Timestamp {
        moment.advanced(by: .microseconds(-(random.element(of: spans) ?? 0)))
    }
}

/// The literals of policies' expressions.
private struct Harvest {
    /// In microseconds.
    var spans: Set<Int64> = []
    var numbers: Set<Int> = []
    var texts: Set<String> = []

    mutating func add(_ policy: Policy) {
        for value in policy.analysis.constants.values { add(value) }
        let expressions = policy.conditions + policy.analysis.definitions.values
        for expression in expressions {
            expression.parsed.root.walk { node in
                if case .literal(let value) = node.kind { add(value) }
                if case .call("duration", nil, let arguments, _) = node.kind,
                    case .literal(.string(let text))? = arguments.first?.kind,
                    let span = CELDuration(text)
                {
                    add(.duration(span))
                }
            }
        }
    }

    private mutating func add(_ value: CELValue) {
        switch value {
        case .duration(let span): spans.insert(span.nanoseconds / 1_000)
        case .int(let number): if let number = Int(exactly: number) { numbers.insert(number) }
        case .string(let text): if !text.isEmpty { texts.insert(text) }
        case .list(let elements): for element in elements { add(element) }
        default: break
        }
    }
}

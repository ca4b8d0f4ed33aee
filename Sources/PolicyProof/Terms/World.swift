import CEL
import Canonical
import EligibilityPolicy

/// The facts that some policies may look at, as variables.
///
/// Raw facts only: what a policy derives of them is derived by its own catalogue, so that both see one and the same request.
final class World {
    /// What a number stands for.
    enum Number: Hashable {
        case submittedAt, decidedAt, givenAt, authenticatedAt, activatedAt
        case sessionLevel
        /// One where the requester's session has the method, else none.
        case sessionMethod(AuthenticationMethod)
        case registeredAt(Side)
        case sharedWith
        /// A whole number that a policy declares, by its place in ``World/declared``.
        case declared(Int)
        /// How many devices of a kind somebody has.
        case devices(Side, kind: Int)
        /// A number divided by a positive constant, rounded towards zero.
        case quotient(Linear, by: Int128)
        /// A part of the calendar at a moment.
        case calendar(Linear, CalendarPart, zone: String?)

        /// Whether it is a fact rather than something that follows from others.
        var isFact: Bool {
            switch self {
            case .submittedAt, .decidedAt, .givenAt, .authenticatedAt, .activatedAt, .registeredAt, .sharedWith, .sessionLevel,
                .sessionMethod, .declared, .devices:
                true
            case .quotient, .calendar: false
            }
        }
    }

    /// A kind of device that a list of devices may hold.
    enum Kind: Hashable {
        case named(String)
        case unlisted(Int)
    }

    let policies: [Policy]
    /// What the policies declare.
    let declared: [DeclaredVariable]
    /// Those of the catalogues, those that expressions name, and others.
    let kinds: [Kind]
    /// Identity data as they can compare, one of each sort that the policies tell apart.
    let identities: [IdentityFacts]
    private(set) var numbers: [Number] = []
    private var places: [Number: Int] = [:]
    /// The same for policies whose catalogues are alike.
    let catalogs: [Int]
    /// What evaluations and searches have cost, and may cost.
    var steps = 0
    let maximumSteps: Int
    let zones = ZoneOffsets()

    /// Kinds that no policy knows: more than one, so that two lists can hold different ones, and one more for each condition that
    /// looks into the spelling of a kind.
    private static let unlistedKinds = 2
    private static let maximumUnlistedKinds = 6
    /// Whether there are more conditions on the spelling of kinds than there are kinds to tell apart.
    let lacksKinds: Bool

    init(_ policies: [Policy], invariants: [Invariant] = [], steps maximumSteps: Int) {
        self.policies = policies
        declared = DeclaredVariable.all(of: policies)
        self.maximumSteps = maximumSteps
        var isRead: Set<IdentityField> = []
        var alike: [Int] = []
        for (place, policy) in policies.enumerated() {
            let same = policies[..<place].firstIndex { Self.traits($0) == Self.traits(policy) }
            alike.append(same ?? place)
            let expressions = policy.conditions + policy.variableExpressions.values + invariants.map(\.requirement)
            for expression in expressions {
                expression.parsed.root.walk { node in
                    guard let path = node.path?.name else { return }
                    for field in IdentityField.allCases where path == "identity.\(field.name)" { isRead.insert(field) }
                }
            }
        }
        catalogs = alike
        let found = KindNames(policies, invariants: invariants)
        let unlisted = min(Self.unlistedKinds + found.spellings, Self.maximumUnlistedKinds)
        lacksKinds = Self.unlistedKinds + found.spellings > unlisted
        kinds = found.names.map(Kind.named) + (0..<unlisted).map(Kind.unlisted)
        identities = Self.identities(toldApartBy: isRead)
    }

    private static func traits(_ policy: Policy) -> [[String]] {
        policy.catalog.kinds.map { ["\($0.id)", "\($0.level)", "\($0.isShareable)", "\($0.isTemporary)", "\($0.isPhysical)"] }
    }

    /// One of each sort that the fields tell apart; plain ones first.
    private static func identities(toldApartBy fields: Set<IdentityField>) -> [IdentityFacts] {
        let comparisons: [IdentityComparison] = [.match, .missing, .mismatch]
        let citizenships: [Bool?] = [false, true, nil]
        var seen: Set<[CELValue]> = []
        var identities: [IdentityFacts] = []
        let wanted = IdentityField.allCases.filter(fields.contains)
        for birth in comparisons {
            for citizenship in comparisons {
                for residence in comparisons {
                    for document in comparisons {
                        for number in comparisons {
                            for usPerson in citizenships {
                                for mayHelp in [true, false] {
                                    let identity = IdentityFacts(
                                        dateOfBirth: birth, citizenship: citizenship, residence: residence, document: document,
                                        socialSecurityNumber: number, usPerson: usPerson, numberMayHelp: mayHelp)
                                    if seen.insert(wanted.map(identity.value)).inserted { identities.append(identity) }
                                }
                            }
                        }
                    }
                }
            }
        }
        return identities
    }

    func place(of field: DeclaredField) -> Int { declared.firstIndex { $0.source == field.source } ?? 0 }

    /// The words that a text must be one of; nil where it may be any.
    func words(of variable: TextVariable) -> [String]? {
        if case .declared(let place) = variable { declared[place].words } else { nil }
    }

    // MARK: Numbers

    func number(_ number: Number) -> Int {
        if let place = places[number] { return place }
        places[number] = numbers.count
        numbers.append(number)
        return numbers.count - 1
    }

    /// Microseconds, as facts hold them. They are clamped to the years 1 to 9999 before a policy sees them.
    static let moments = Bounds(
        least: Int128(CELTimestamp.earliestSecond) * 1_000_000, most: Int128(CELTimestamp.latestSecond) * 1_000_000 + 999_999)

    func bounds(of place: Int) -> Bounds {
        switch numbers[place] {
        case .submittedAt, .decidedAt, .givenAt, .authenticatedAt, .activatedAt, .registeredAt: Self.moments
        case .sessionLevel: Bounds(SessionFacts.levels)
        case .sessionMethod: Bounds(least: 0, most: 1)
        case .sharedWith: Bounds(least: 0, most: Int128(Int64.max))
        case .declared(let place): Bounds(declared[place].range)
        // More than anybody can have.
        case .devices: Bounds(least: 0, most: 1_000_000)
        case .quotient: Bounds()
        case .calendar(_, let part, _): Bounds(least: Int128(part.range.lowerBound), most: Int128(part.range.upperBound))
        }
    }

    /// A part of the calendar.
    ///
    /// - Parameter nanoseconds: since the Unix epoch, within the years that the language has.
    func value(of part: CalendarPart, at nanoseconds: Int128, _ zone: String?) -> Int128? {
        let second = floorDivided(nanoseconds, 1_000_000_000)
        guard let seconds = Int64(exactly: second),
            let moment = CELTimestamp(checkingSeconds: seconds, nanoseconds: Int32(nanoseconds - second * 1_000_000_000)),
            let offset = zones.offset(of: zone, at: moment)?.seconds
        else { return nil }
        return Int128(part.value(at: moment, offset: offset))
    }

    func devices(_ side: Side, kind: Int) -> Int { number(.devices(side, kind: kind)) }

    /// How many devices of the kinds that fit the participants have together.
    func count(_ sides: [Side], where fits: (Int) -> Bool) -> Linear {
        var sum = Linear(0)
        for side in sides {
            for kind in kinds.indices where fits(kind) {
                sum = sum.adding(Linear(variable: devices(side, kind: kind))) ?? sum
            }
        }
        return sum
    }

    /// What the policy's catalogue knows of a kind.
    func kind(_ place: Int, in policy: Int) -> DeviceKind? {
        guard case .named(let name) = kinds[place] else { return nil }
        return policies[policy].catalog[DeviceKindID(rawValue: name)]
    }

    /// Above every level of the policy's catalogue: what a kind counts as that it lacks.
    func levelAboveAll(in policy: Int) -> Int { (policies[policy].catalog.kinds.map(\.level.rawValue).max() ?? 0) + 1 }
}

extension IdentityFacts {
    /// As expressions read it.
    func value(_ field: IdentityField) -> CELValue {
        switch field {
        case .identical: .bool(isIdentical)
        case .contradicts: .bool(contradicts)
        case .mismatches: .list(requiredAttributes(comparedAs: .mismatch).map { .string($0.rawValue) })
        case .missing: .list(requiredAttributes(comparedAs: .missing).map { .string($0.rawValue) })
        case .dateOfBirth: .string(dateOfBirth.rawValue)
        case .citizenship: .string(citizenship.rawValue)
        case .residence: .string(residence.rawValue)
        case .document: .string(document.rawValue)
        case .socialSecurityNumber: .string(socialSecurityNumber.rawValue)
        case .usPerson: .bool(usPerson == true)
        }
    }
}

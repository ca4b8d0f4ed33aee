import CEL
import EligibilityPolicy

/// What facts are worth: the raw ones variables, the derived ones worked out of them as `DerivedFacts` does.
extension Reader {
    func fact(_ field: FactField) throws(Split) -> Value {
        switch field {
        case .requester(let field): try participant(.requester, field)
        case .owner(let field): try participant(.owner, field)
        case .device(let field): try device(field)
        case .identity(let field):
            .known(try path.value(of: .identity, among: world.identities.count) { world.identities[$0].value(field) })
        case .consent(let field): try consent(field)
        case .session(let field): try session(field)
        case .request(let field): try request(field)
        case .declared(let field): try declared(field)
        }
    }

    /// Facts hold microseconds.
    private func moment(_ number: World.Number) -> Value { .moment(Linear(variable: world.number(number), times: 1_000)) }

    private func participant(_ side: Side, _ field: ParticipantField) throws(Split) -> Value {
        switch field {
        case .id: .text(.id(side))
        case .entity: .text(.entity(side))
        case .entityKind:
            .known(
                .string(
                    EntityKind.allCases[
                        try path.value(of: .entityKind(side), among: EntityKind.allCases.count) { $0 }
                    ].rawValue))
        case .person: .text(.person(side))
        case .adult:
            .known(
                .string(
                    Adulthood.allCases[try path.value(of: .adult(side), among: Adulthood.allCases.count) { $0 }].rawValue))
        case .registeredAt: moment(.registeredAt(side))
        case .hasDevice: .known(.bool(try has(side) { $0?.isPhysical ?? true }))
        case .highestLevel: .level(HighestLevel(sides: [side], catalog: policy))
        case .hasTemporaryDevice: .known(.bool(try has(side) { $0?.isTemporary ?? false }))
        case .temporaryDevice: try temporaryDevice(side)
        case .deviceKinds:
            .bag(world.kinds.indices.map { (kindValue($0), world.devices(side, kind: $0)) })
        }
    }

    /// Whether somebody has a device of a kind that fits; nil is a kind that the catalogue lacks.
    private func has(_ side: Side, _ fits: (DeviceKind?) -> Bool) throws(Split) -> Bool {
        try isPositive(world.count([side]) { fits(world.kind($0, in: policy)) })
    }

    func isPositive(_ count: Linear) throws(Split) -> Bool { try !path.isAtMost(count, 0, in: world) }

    func kindValue(_ place: Int) -> Value {
        switch world.kinds[place] {
        case .named(let name): .known(.string(name))
        case .unlisted(let number): .text(.unlistedKind(number))
        }
    }

    private func askedKind<Property: Hashable>(_ property: (DeviceKind?) -> Property) throws(Split) -> Property {
        try path.value(of: .askedKind, among: world.kinds.count) { property(world.kind($0, in: policy)) }
    }

    private func temporaryDevice(_ side: Side) throws(Split) -> Value {
        guard try has(side, { $0?.isTemporary ?? false }) else { return .known(.string("")) }
        let catalog = world.catalogs[policy]
        if side == .owner, try askedKind({ $0?.isTemporary ?? false }) {
            let isAsked = try path.value(of: .askedIsTemporary(catalog: catalog), among: 2) { $0 }
            if isAsked == 1 { return .text(.deviceID) }
        }
        return .text(.temporaryDevice(side, catalog: catalog))
    }

    private func device(_ field: DeviceField) throws(Split) -> Value {
        switch field {
        case .id: .text(.deviceID)
        case .kind: kindValue(try path.value(of: .askedKind, among: world.kinds.count) { $0 })
        case .level: .known(.int(Int64(try askedKind { $0?.level.rawValue ?? 0 })))
        case .shareable: .known(.bool(try askedKind { $0?.isShareable ?? false }))
        case .physical: .known(.bool(try askedKind { $0?.isPhysical ?? true }))
        case .temporary: .known(.bool(try askedKind { $0?.isTemporary ?? false }))
        case .activatedAt: moment(.activatedAt)
        case .sharedWith: .integer(Linear(variable: world.number(.sharedWith)))
        }
    }

    private func consent(_ field: ConsentField) throws(Split) -> Value {
        let isGiven = try path.value(of: .consent, among: 2) { $0 } == 0
        return switch field {
        case .given: .known(.bool(isGiven))
        case .givenAt: isGiven ? moment(.givenAt) : .moment(Linear(0))
        case .method: isGiven ? .text(.method) : .known(.string(""))
        }
    }

    private func session(_ field: SessionField) throws(Split) -> Value {
        let isGiven = try path.value(of: .session, among: 2) { $0 } == 1
        return switch field {
        case .given: .known(.bool(isGiven))
        case .authenticatedAt: isGiven ? moment(.authenticatedAt) : .moment(Linear(0))
        case .level: isGiven ? .integer(Linear(variable: world.number(.sessionLevel))) : .known(.int(0))
        case .methods:
            isGiven
                ? .bag(
                    AuthenticationMethod.allCases.map { (.known(.string($0.rawValue)), world.number(.sessionMethod($0))) })
                : .known(.list([]))
        }
    }

    /// A value that is none of the type that the policy asks for counts as none.
    private func declared(_ field: DeclaredField) throws(Split) -> Value {
        let place = world.place(of: field)
        let variable = world.declared[place]
        let fallback = Value.known(CELValue(field.fallback))
        guard try path.value(of: .declaredShape(place), among: variable.shapes.count, { variable.shapes[$0] == field.shape })
        else {
            return fallback
        }
        switch field.type {
        case .choice, .country:
            let words = field.type.words ?? []
            if words.count < variable.words.count, try !path.isTrue(.pattern(.declared(place), .oneOf(words))) { return fallback }
            return .text(.declared(place))
        case .integer(let range):
            let number = Linear(variable: world.number(.declared(place)))
            guard try path.isAtMost(number, Int128(range.upperBound), in: world),
                try !path.isAtMost(number, Int128(range.lowerBound) - 1, in: world)
            else { return fallback }
            return .integer(number)
        case .boolean: return .known(.bool(try path.value(of: .declared(place), among: 2) { $0 } == 0))
        }
    }

    private func request(_ field: RequestField) throws(Split) -> Value {
        switch field {
        case .submittedAt: moment(.submittedAt)
        case .decidedAt: moment(.decidedAt)
        case .highestLevel: .level(HighestLevel(sides: Side.allCases, catalog: policy))
        case .recommendedDevice: try recommendedDevice()
        }
    }

    private func recommendedDevice() throws(Split) -> Value {
        let highest = HighestLevel(sides: Side.allCases, catalog: policy)
        if try askedKind({ $0?.isShareable ?? false }),
            try isAtMost(highest, Int128(try askedKind { $0?.level.rawValue ?? 0 }))
        {
            return .text(.deviceID)
        }
        let level = try known(highest)
        let fits = try isPositive(
            world.count([.owner]) { place in
                guard let kind = world.kind(place, in: policy) else { return false }
                return kind.isShareable && kind.level.rawValue >= level
            })
        return fits ? .text(.recommendedDevice(catalog: world.catalogs[policy])) : .known(.string(""))
    }

    // MARK: Levels

    private func level(_ place: Int, _ catalog: Int) -> Int {
        guard let kind = world.kind(place, in: catalog) else { return world.levelAboveAll(in: catalog) }
        return kind.isPhysical ? kind.level.rawValue : 0
    }

    /// Whether no physical device involved is of a higher level.
    func isAtMost(_ highest: HighestLevel, _ limit: Int128) throws(Split) -> Bool {
        guard limit >= 0 else { return false }
        return try !isPositive(world.count(highest.sides) { Int128(level($0, highest.catalog)) > limit })
    }

    /// The level itself, found from the highest downwards.
    func known(_ highest: HighestLevel) throws(Split) -> Int {
        let levels = Set(world.kinds.indices.map { level($0, highest.catalog) }).sorted(by: >)
        for level in levels where level > 0 {
            if try !isAtMost(highest, Int128(level) - 1) { return level }
        }
        return 0
    }
}

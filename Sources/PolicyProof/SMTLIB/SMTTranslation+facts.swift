import CEL
import EligibilityPolicy

/// What facts are: the raw ones constants of the script, the derived ones worked out of them.
extension SMTTranslation {
    func fact(_ field: FactField, _ policy: Int) -> SMTValue {
        switch field {
        case .requester(let field): participant(.requester, field, policy)
        case .owner(let field): participant(.owner, field, policy)
        case .device(let field): device(field, policy)
        case .identity(let field): identity(field)
        case .consent(let field): consent(field)
        case .session(let field): session(field)
        case .request(let field): request(field, policy)
        case .declared(let field): declared(field)
        }
    }

    // MARK: Moments

    private func moment(_ name: String, _ comment: String) -> SMTTerm {
        number(name, World.moments, "\(comment), in microseconds since 1970 began in UTC, within the years 1 to 9999.")
    }

    private func atom(_ moment: SMTTerm) -> SMTAlternative.Atom { .moment(terms.product(1_000 / unit, moment)) }

    /// The two moments of a request, which belong together.
    private func requestMoments() -> (submitted: SMTTerm, decided: SMTTerm) {
        let isNew = !isDeclared("request.decidedAt")
        let submitted = moment("request.submittedAt", "When the request was submitted")
        let decided = moment("request.decidedAt", "When it is decided")
        if isNew { require(terms.isAtMost(submitted, decided), "No decision is before its submission.") }
        return (submitted, decided)
    }

    private func request(_ field: RequestField, _ policy: Int) -> SMTValue {
        switch field {
        case .submittedAt: single(atom(requestMoments().submitted))
        case .decidedAt: single(atom(requestMoments().decided))
        case .highestLevel: level(Side.allCases, policy)
        case .recommendedDevice: recommendedDevice(policy)
        }
    }

    private func consent(_ field: ConsentField) -> SMTValue {
        let isGiven = constant("consent.given", "Bool", "Whether the owner has consented.")
        return switch field {
        case .given: flag(isGiven)
        case .givenAt:
            under(isGiven, single(atom(moment("consent.givenAt", "When the owner consented"))))
                + under(terms.not(isGiven), single(.moment(terms.number(0))))
        case .method: under(isGiven, single(.text(.method))) + under(terms.not(isGiven), single(.known(.string(""))))
        }
    }

    private func session(_ field: SessionField) -> SMTValue {
        let isGiven = constant("session.given", "Bool", "Whether the portal says how the requester had logged in.")
        func otherwise(_ value: SMTValue, _ missing: SMTAlternative.Atom) -> SMTValue {
            under(isGiven, value) + under(terms.not(isGiven), single(missing))
        }
        switch field {
        case .given: return flag(isGiven)
        case .authenticatedAt:
            return otherwise(
                single(atom(moment("session.authenticatedAt", "When the requester logged in"))), .moment(terms.number(0)))
        case .level:
            let level = number("session.level", Bounds(SessionFacts.levels), "How far the session is to be trusted.")
            return otherwise(single(.integer(level)), .known(.int(0)))
        case .methods:
            let elements = AuthenticationMethod.allCases.map { method in
                (
                    element: SMTAlternative.Atom.known(.string(method.rawValue)),
                    count: number(
                        "session.methods.\(method.rawValue)", Bounds(least: 0, most: 1),
                        "1 where the requester had logged in by '\(method.rawValue)' (RFC 8176), else 0.")
                )
            }
            return otherwise(single(.bag(elements)), .known(.list([])))
        }
    }

    /// A value that is none of the type that the policy asks for counts as none.
    private func declared(_ field: DeclaredField) -> SMTValue {
        let place = world.place(of: field)
        let variable = world.declared[place]
        let name = SMTScript.declaredName(place, in: world)
        func otherwise(_ holds: SMTTerm, _ value: SMTValue) -> SMTValue {
            compact(under(holds, value) + under(terms.not(holds), single(.known(CELValue(field.fallback)))))
        }
        let shapes = variable.shapes.map { "\($0)" }.joined(separator: ", ")
        let shape = number(
            name + ".shape", Bounds(least: 0, most: Int128(variable.shapes.count - 1)),
            "What sort of value there is of \(variable.source), by number: \(shapes).")
        let isShape = terms.isEqual(shape, terms.number(Int128(variable.shapes.firstIndex(of: field.shape) ?? 0)))
        switch field.type {
        case .choice, .country:
            let words = field.type.words ?? []
            let isWord =
                words.count < variable.words.count
                ? terms.any(words.map { isText(.declared(place), $0) }) : terms.yes
            return otherwise(terms.all([isShape, isWord]), single(.text(.declared(place))))
        case .boolean:
            return otherwise(isShape, flag(constant(name + ".flag", "Bool", "What there is of \(variable.source).")))
        case .integer(let range):
            let term = number(name + ".number", Bounds(variable.range), "What there is of \(variable.source).")
            let isInside = terms.all([
                terms.isAtMost(terms.number(Int128(range.lowerBound)), term),
                terms.isAtMost(term, terms.number(Int128(range.upperBound))),
            ])
            return otherwise(terms.all([isShape, isInside]), single(.integer(term)))
        }
    }

    // MARK: Kinds of device

    /// The constant that says of which kind the asked device is, with the owner having one of that kind.
    private func askedKind() -> SMTTerm {
        let isNew = !isDeclared("device.kind")
        let asked = constant("device.kind", "Kind", "The kind of the device asked for.")
        guard isNew else { return asked }
        for kind in world.kinds.indices {
            require(
                terms.any([terms.not(isAsked(kind, asked)), terms.isPositive(devices(.owner, kind))]),
                "The device asked for is one of the owner's.")
        }
        return asked
    }

    private func isAsked(_ kind: Int, _ asked: SMTTerm) -> SMTTerm {
        terms.isEqual(asked, terms.make(.atom(SMTScript.kindSymbol(kind, in: world)), .other))
    }

    private func devices(_ side: Side, _ kind: Int) -> SMTTerm {
        if side == .owner { _ = askedKind() }
        let of: String =
            switch world.kinds[kind] {
            case .named(let name): "of the kind '\(name)'"
            case .unlisted(let number): "of a kind that no policy names (\(number + 1))"
            }
        let user = side == .requester ? "requester" : "owner"
        return number(
            "\(user).devices.\(SMTScript.kindName(kind, in: world))", Bounds(least: 0, most: 1_000_000),
            "How many devices \(of) the \(user) has.")
    }

    private func count(_ sides: [Side], where fits: (Int) -> Bool) -> SMTTerm {
        terms.sum(sides.flatMap { side in world.kinds.indices.filter(fits).map { devices(side, $0) } })
    }

    private func has(_ sides: [Side], _ policy: Int, where fits: (DeviceKind?) -> Bool) -> SMTTerm {
        terms.isPositive(count(sides) { fits(world.kind($0, in: policy)) })
    }

    private func kindAtom(_ kind: Int) -> SMTAlternative.Atom {
        switch world.kinds[kind] {
        case .named(let name): .known(.string(name))
        case .unlisted(let number): .text(.unlistedKind(number))
        }
    }

    /// What the asked device's kind is, as a condition.
    private func asked(_ policy: Int, _ fits: (DeviceKind?) -> Bool) -> SMTTerm {
        let asked = askedKind()
        return terms.any(world.kinds.indices.filter { fits(world.kind($0, in: policy)) }.map { isAsked($0, asked) })
    }

    private func askedLevel(_ policy: Int) -> SMTValue {
        let levels = Set(world.kinds.indices.map { world.kind($0, in: policy)?.level.rawValue ?? 0 }).sorted()
        let asked = askedKind()
        return compact(
            levels.map { level in
                let kinds = world.kinds.indices.filter { (world.kind($0, in: policy)?.level.rawValue ?? 0) == level }
                return SMTAlternative(
                    condition: terms.any(kinds.map { isAsked($0, asked) }), value: .known(.int(Int64(level))))
            })
    }

    private func device(_ field: DeviceField, _ policy: Int) -> SMTValue {
        switch field {
        case .id: return single(.text(.deviceID))
        case .kind:
            let asked = askedKind()
            return world.kinds.indices.map { SMTAlternative(condition: isAsked($0, asked), value: kindAtom($0)) }
        case .level: return askedLevel(policy)
        case .shareable: return flag(asked(policy) { $0?.isShareable ?? false })
        case .physical: return flag(asked(policy) { $0?.isPhysical ?? true })
        case .temporary: return flag(asked(policy) { $0?.isTemporary ?? false })
        case .activatedAt: return single(atom(moment("device.activatedAt", "When the device asked for was activated")))
        case .sharedWith:
            return single(
                .integer(
                    number(
                        "device.sharedWith", Bounds(least: 0, most: Int128(Int64.max)),
                        "How many other users log in with the device asked for.")))
        }
    }

    // MARK: Participants

    private func participant(_ side: Side, _ field: ParticipantField, _ policy: Int) -> SMTValue {
        let user = side == .requester ? "requester" : "owner"
        switch field {
        case .id: return single(.text(.id(side)))
        case .entity: return single(.text(.entity(side)))
        case .entityKind:
            let kind = constant(
                "\(user).entityKind", "EntityKind", "Whether the \(user)'s entity is a person or an organisation.")
            return EntityKind.allCases.map {
                SMTAlternative(
                    condition: terms.isEqual(kind, terms.make(.atom($0.rawValue), .other)), value: .known(.string($0.rawValue)))
            }
        case .person: return single(.text(.person(side)))
        case .adult:
            let adult = constant("\(user).adult", "Adulthood", "Whether the person who uses the \(user)'s login is of age.")
            return Adulthood.allCases.map {
                SMTAlternative(
                    condition: terms.isEqual(adult, terms.make(.atom("adult-\($0.rawValue)"), .other)),
                    value: .known(.string($0.rawValue)))
            }
        case .registeredAt: return single(atom(moment("\(user).registeredAt", "When the \(user) was registered")))
        case .hasDevice: return flag(has([side], policy) { $0?.isPhysical ?? true })
        case .highestLevel: return level([side], policy)
        case .hasTemporaryDevice: return flag(has([side], policy) { $0?.isTemporary ?? false })
        case .temporaryDevice: return temporaryDevice(side, policy)
        case .deviceKinds:
            return single(.bag(world.kinds.indices.map { (kindAtom($0), devices(side, $0)) }))
        }
    }

    /// The highest level of the physical devices of some users: the one of which there are devices, and none above.
    private func level(_ sides: [Side], _ policy: Int) -> SMTValue {
        let all = world.kinds.indices.map { kind -> Int in
            guard let known = world.kind(kind, in: policy) else { return world.levelAboveAll(in: policy) }
            return known.isPhysical ? known.level.rawValue : 0
        }
        var value: SMTValue = []
        for level in Set(all + [0]).sorted(by: >) where level >= 0 {
            let isHigher = terms.isPositive(count(sides) { all[$0] > level })
            let isReached = level == 0 ? terms.yes : terms.isPositive(count(sides) { all[$0] == level })
            value.append(
                SMTAlternative(condition: terms.all([terms.not(isHigher), isReached]), value: .known(.int(Int64(level)))))
        }
        return compact(value)
    }

    private func temporaryDevice(_ side: Side, _ policy: Int) -> SMTValue {
        let hasOne = has([side], policy) { $0?.isTemporary ?? false }
        let catalog = world.catalogs[policy]
        var isAsked = terms.no
        if side == .owner {
            let asked = asked(policy) { $0?.isTemporary ?? false }
            isAsked =
                asked == terms.no
                ? asked
                : terms.all([
                    asked,
                    constant(
                        "owner.temporaryDevice.isAsked.\(catalog)", "Bool",
                        "Whether the owner's first temporary device is the one asked for, where that is one."),
                ])
        }
        return compact([
            SMTAlternative(condition: terms.not(hasOne), value: .known(.string(""))),
            SMTAlternative(condition: terms.all([hasOne, isAsked]), value: .text(.deviceID)),
            SMTAlternative(
                condition: terms.all([hasOne, terms.not(isAsked)]), value: .text(.temporaryDevice(side, catalog: catalog))),
        ])
    }

    private func recommendedDevice(_ policy: Int) -> SMTValue {
        let isShareable = asked(policy) { $0?.isShareable ?? false }
        let (highest, own) = (level(Side.allCases, policy), askedLevel(policy))
        var value: SMTValue = []
        for one in highest {
            guard case .known(.int(let level)) = one.value else { continue }
            let reaches = terms.any(
                own.compactMap { if case .known(.int(let own)) = $0.value, own >= level { $0.condition } else { nil } })
            let isAsked = terms.all([isShareable, reaches])
            let another = has([.owner], policy) { ($0?.isShareable ?? false) && Int64($0?.level.rawValue ?? 0) >= level }
            value += under(
                one.condition,
                [
                    SMTAlternative(condition: isAsked, value: .text(.deviceID)),
                    SMTAlternative(
                        condition: terms.all([terms.not(isAsked), another]),
                        value: .text(.recommendedDevice(catalog: world.catalogs[policy]))),
                    SMTAlternative(
                        condition: terms.all([terms.not(isAsked), terms.not(another)]), value: .known(.string(""))),
                ])
        }
        return compact(value)
    }

    // MARK: Identity

    private func compared(_ attribute: IdentityAttribute, _ result: IdentityComparison) -> SMTTerm {
        let constant = constant(
            "identity.\(attribute.rawValue)", "Comparison", "What comparing the two users' \(attribute.rawValue) gave.")
        return terms.isEqual(constant, terms.make(.atom("is-\(result.rawValue)"), .other))
    }

    private func isUSPerson(_ answer: String) -> SMTTerm {
        terms.isEqual(
            constant("identity.usPerson", "Answer", "Whether both users are citizens or residents of the United States."),
            terms.make(.atom(answer), .other))
    }

    /// What tells persons apart: the number for persons of the United States, where it can be compared or the document cannot; the
    /// document for others.
    private var isByNumber: SMTTerm {
        terms.all([
            isUSPerson("us-yes"),
            terms.not(terms.all([compared(.socialSecurityNumber, .missing), terms.not(compared(.document, .missing))])),
        ])
    }

    /// Documents that differ settle nothing while the number could.
    private var isSoftened: SMTTerm {
        terms.all([
            constant(
                "identity.numberMayHelp", "Bool",
                "Whether documents that differ settle nothing while a social security number could."),
            terms.not(isByNumber), compared(.document, .mismatch), terms.not(isUSPerson("us-no")),
        ])
    }

    private func decisive(_ result: IdentityComparison) -> SMTTerm {
        let differs = terms.all([isUSPerson("us-unknown"), compared(.socialSecurityNumber, .mismatch)])
        let plain = terms.choice(isByNumber, compared(.socialSecurityNumber, result), compared(.document, result))
        let softened =
            switch result {
            case .match: terms.no
            case .mismatch: differs
            case .missing: terms.not(differs)
            }
        return terms.choice(isSoftened, softened, plain)
    }

    private func identity(_ field: IdentityField) -> SMTValue {
        let three: [IdentityAttribute] = [.dateOfBirth, .citizenship, .residence]
        switch field {
        case .identical: return flag(terms.all(three.map { compared($0, .match) } + [decisive(.match)]))
        case .contradicts: return flag(terms.any(three.map { compared($0, .mismatch) } + [decisive(.mismatch)]))
        case .mismatches: return attributes(comparedAs: .mismatch)
        case .missing: return attributes(comparedAs: .missing)
        case .dateOfBirth: return comparison(.dateOfBirth)
        case .citizenship: return comparison(.citizenship)
        case .residence: return comparison(.residence)
        case .document: return comparison(.document)
        case .socialSecurityNumber: return comparison(.socialSecurityNumber)
        case .usPerson: return flag(isUSPerson("us-yes"))
        }
    }

    private func comparison(_ attribute: IdentityAttribute) -> SMTValue {
        IdentityComparison.allCases.map {
            SMTAlternative(condition: compared(attribute, $0), value: .known(.string($0.rawValue)))
        }
    }

    /// The list of the attributes that must match whose comparison gave a result: every list that there can be.
    private func attributes(comparedAs result: IdentityComparison) -> SMTValue {
        let needsNumber = terms.all([decisive(.missing), compared(.document, .mismatch)])
        let isNumber = terms.any([needsNumber, isByNumber])
        var lists: [(condition: SMTTerm, names: [String])] = [(terms.yes, [])]
        func extend(_ ways: [(SMTTerm, String?)]) {
            lists = lists.flatMap { list in
                ways.map { (terms.all([list.condition, $0.0]), list.names + ($0.1.map { [$0] } ?? [])) }
            }
        }
        for attribute in [IdentityAttribute.dateOfBirth, .citizenship, .residence] {
            let isListed = compared(attribute, result)
            extend([(isListed, attribute.rawValue), (terms.not(isListed), nil)])
        }
        let isListed = decisive(result)
        extend([
            (terms.not(isListed), nil), (terms.all([isListed, isNumber]), IdentityAttribute.socialSecurityNumber.rawValue),
            (terms.all([isListed, terms.not(isNumber)]), IdentityAttribute.document.rawValue),
        ])
        return compact(
            lists.map { SMTAlternative(condition: $0.condition, value: .known(.list($0.names.map(CELValue.string)))) })
    }
}

import CEL

/// Operators on alternatives that have no conditions in them. Nil where the operation is not understood.
extension SMTTranslation {
    enum NumberKind: Int {
        case integer, span, moment

        func atom(_ term: SMTTerm) -> SMTAlternative.Atom {
            switch self {
            case .integer: .integer(term)
            case .span: .span(term)
            case .moment: .moment(term)
            }
        }
    }

    func number(_ atom: SMTAlternative.Atom) -> (term: SMTTerm, kind: NumberKind)? {
        switch atom {
        case .known(.int(let number)): (terms.number(Int128(number)), .integer)
        case .known(.duration(let span)): (inUnits(Int128(span.nanoseconds)), .span)
        case .known(.timestamp(let moment)):
            (inUnits(Int128(moment.seconds) * 1_000_000_000 + Int128(moment.nanoseconds)), .moment)
        case .integer(let term): (term, .integer)
        case .span(let term): (term, .span)
        case .moment(let term): (term, .moment)
        case .known, .real, .text, .size, .bag, .list, .failure, .opaque: nil
        }
    }

    private func inUnits(_ nanoseconds: Int128) -> SMTTerm {
        if nanoseconds % unit != 0 { isTooCoarse = true }
        return terms.number(floorDivided(nanoseconds, unit))
    }

    func binary(_ binary: BinaryOperator, _ left: SMTAlternative.Atom, _ right: SMTAlternative.Atom) -> SMTValue? {
        switch binary {
        case .equal: return isEqual(left, right).map(flag)
        case .notEqual: return isEqual(left, right).map { flag(terms.not($0)) }
        case .less: return isLess(left, right, orEqual: false).map(flag)
        case .lessOrEqual: return isLess(left, right, orEqual: true).map(flag)
        case .greater: return isLess(right, left, orEqual: false).map(flag)
        case .greaterOrEqual: return isLess(right, left, orEqual: true).map(flag)
        case .in: return isMember(left, of: right).map(flag)
        case .add, .subtract, .multiply, .divide, .modulo: return arithmetic(binary, left, right)
        }
    }

    // MARK: Order

    private func isLess(_ left: SMTAlternative.Atom, _ right: SMTAlternative.Atom, orEqual: Bool) -> SMTTerm? {
        if case .known = left, case .known = right { return folded(orEqual ? .lessOrEqual : .less, left, right) }
        if case .size(let text) = left, case .known(.int(let limit)) = right {
            return isSize(of: text, atMost: orEqual ? Int128(limit) : Int128(limit) - 1)
        }
        if case .known(.int(let limit)) = left, case .size(let text) = right {
            return terms.not(isSize(of: text, atMost: orEqual ? Int128(limit) - 1 : Int128(limit)))
        }
        if case .real(let number) = left, case .known(.double(let limit)) = right {
            return isReal(number, below: limit, orEqual: orEqual)
        }
        if case .known(.double(let limit)) = left, case .real(let number) = right {
            return limit.isNaN ? terms.no : terms.not(isReal(number, below: limit, orEqual: !orEqual))
        }
        guard let (one, kind) = number(left), let (other, otherKind) = number(right), kind == otherKind else { return nil }
        return orEqual ? terms.isAtMost(one, other) : terms.isLess(one, other)
    }

    private func folded(_ operation: BinaryOperator, _ left: SMTAlternative.Atom, _ right: SMTAlternative.Atom) -> SMTTerm? {
        guard case .known(let one) = left, case .known(let other) = right else { return nil }
        return Folding.shared.flag(operation, .known(one), .known(other)).map(terms.truth)
    }

    private func isSize(of text: TextVariable, atMost limit: Int128) -> SMTTerm {
        limit < 0 ? terms.no : terms.make(.fits(text, .sizeAtMost(Int(clamping: limit))), .truth)
    }

    /// `double(number) < limit`: the conversion never decreases, so that it is a comparison with a whole number.
    private func isReal(_ number: SMTTerm, below limit: Double, orEqual: Bool) -> SMTTerm {
        func isBelow(_ number: Int64) -> Bool { orEqual ? Double(number) <= limit : Double(number) < limit }
        guard !limit.isNaN, isBelow(.min) else { return terms.no }
        // The greatest that is below, bit by bit from the least number.
        var greatest = Int128(Int64.min)
        for bit in (0..<64).reversed() {
            let next = greatest + (Int128(1) << Int128(bit))
            if let exact = Int64(exactly: next), isBelow(exact) { greatest = next }
        }
        return terms.isAtMost(number, terms.number(greatest))
    }

    // MARK: Equality

    func isEqual(_ left: SMTAlternative.Atom, _ right: SMTAlternative.Atom) -> SMTTerm? {
        switch left {
        case .known(let one):
            switch right {
            case .known(let other):
                let isReal = one.type == .double || other.type == .double
                return one.type == other.type && !isReal ? terms.truth(one == other) : folded(.equal, left, right)
            case .text, .size, .bag, .real: return isEqual(right, left)
            case .integer, .span, .moment: break
            case .list, .failure, .opaque: return nil
            }
        case .text(let one):
            if case .known(.string(let text)) = right { return isText(one, text) }
            guard case .text(let other) = right else { return nil }
            return isSame(one, other)
        case .size(let text):
            guard case .known(.int(let size)) = right else { return nil }
            return terms.all([
                isSize(of: text, atMost: Int128(size)), terms.not(isSize(of: text, atMost: Int128(size) - 1)),
            ])
        case .real(let number):
            guard case .known(.double(let limit)) = right else { return nil }
            return terms.all([
                isReal(number, below: limit, orEqual: true), terms.not(isReal(number, below: limit, orEqual: false)),
            ])
        case .bag(let elements):
            guard case .known(.list(let other)) = right, other.isEmpty else { return nil }
            return terms.not(terms.any(elements.map { terms.isPositive($0.count) }))
        case .integer, .span, .moment: break
        case .list, .failure, .opaque: return nil
        }
        guard let (one, kind) = number(left), let (other, otherKind) = number(right), kind == otherKind else { return nil }
        return terms.isEqual(one, other)
    }

    private func isMember(_ element: SMTAlternative.Atom, of collection: SMTAlternative.Atom) -> SMTTerm? {
        switch collection {
        case .known(.list(let elements)): return isOne(element, of: elements.map { single(.known($0)) })
        case .list(let elements): return isOne(element, of: elements)
        case .bag(let elements):
            var ways: [SMTTerm] = []
            for candidate in elements {
                guard let isEqual = isEqual(element, candidate.element) else { return nil }
                ways.append(terms.all([isEqual, terms.isPositive(candidate.count)]))
            }
            return terms.any(ways)
        case .known, .integer, .span, .moment, .real, .text, .size, .failure, .opaque: return nil
        }
    }

    private func isOne(_ element: SMTAlternative.Atom, of values: [SMTValue]) -> SMTTerm? {
        var ways: [SMTTerm] = []
        for alternative in values.joined() {
            guard let isEqual = isEqual(element, alternative.value) else { return nil }
            ways.append(terms.all([alternative.condition, isEqual]))
        }
        return terms.any(ways)
    }

    // MARK: Arithmetic

    func arithmetic(_ operation: BinaryOperator, _ left: SMTAlternative.Atom, _ right: SMTAlternative.Atom) -> SMTValue? {
        if case .known(let one) = left, case .known(let other) = right {
            return Folding.shared.binary(operation, .known(one), .known(other)).flatMap(folded)
        }
        guard let (one, kind) = number(left), let (other, otherKind) = number(right) else { return nil }
        switch operation {
        case .add, .subtract:
            let result = operation == .add ? terms.sum([one, other]) : terms.difference(one, other)
            switch kind {
            case .integer: return otherKind == .integer ? checked(.integer(result), result) : nil
            case .span:
                switch otherKind {
                case .span: return checked(.span(result), result, scaled: true)
                case .moment: return operation == .add ? shifted(result) : nil
                case .integer: return nil
                }
            case .moment:
                switch otherKind {
                case .span: return shifted(result)
                case .moment: return operation == .subtract ? apart(one, other, result) : nil
                case .integer: return nil
                }
            }
        case .multiply:
            guard kind == .integer, otherKind == .integer else { return nil }
            if case .known(.int(let factor)) = left { return product(factor, other) }
            if case .known(.int(let factor)) = right { return product(factor, one) }
            return nil
        case .divide, .modulo:
            guard kind == .integer, otherKind == .integer, case .known(.int(let divisor)) = right else { return nil }
            if divisor == 0 { return single(.failure) }
            // The least number has no negative.
            guard divisor > 0 else { return nil }
            let quotient = quotient(one, by: Int128(divisor))
            if operation == .divide { return single(.integer(quotient)) }
            return single(.integer(terms.difference(one, terms.product(Int128(divisor), quotient))))
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .in: return nil
        }
    }

    /// What the evaluator of expressions makes of constants.
    func folded(_ value: Value) -> SMTValue? {
        switch value {
        case .known(let known): single(.known(known))
        case .failure: single(.failure)
        case .integer, .span, .moment, .real, .text, .size, .level, .bag, .list, .opaque: nil
        }
    }

    private func product(_ factor: Int64, _ term: SMTTerm) -> SMTValue {
        let result = terms.product(Int128(factor), term)
        return checked(.integer(result), result)
    }

    /// Rounded towards zero.
    func quotient(_ term: SMTTerm, by divisor: Int128) -> SMTTerm {
        let zero = terms.number(0)
        return terms.choice(
            terms.isAtMost(zero, term), terms.floor(term, divisor),
            terms.difference(zero, terms.floor(terms.difference(zero, term), divisor)))
    }

    private func within(_ term: SMTTerm, _ least: Int128, _ most: Int128) -> SMTTerm {
        terms.all([terms.isAtMost(terms.number(least), term), terms.isAtMost(term, terms.number(most))])
    }

    private func either(_ fits: SMTTerm, _ value: SMTAlternative.Atom) -> SMTValue {
        compact([
            SMTAlternative(condition: fits, value: value), SMTAlternative(condition: terms.not(fits), value: .failure),
        ])
    }

    /// Fails where the number does not fit into 64 bits, which for spans are of nanoseconds.
    private func checked(_ value: SMTAlternative.Atom, _ term: SMTTerm, scaled: Bool = false) -> SMTValue {
        let (least, most) = (Int128(Int64.min), Int128(Int64.max))
        return either(
            scaled
                ? within(term, ceilingDivided(least, unit), floorDivided(most, unit)) : within(term, least, most), value)
    }

    /// A moment fails outside of the years 1 to 9999.
    private func shifted(_ term: SMTTerm) -> SMTValue {
        let least = Int128(CELTimestamp.earliestSecond) * 1_000_000_000
        let most = Int128(CELTimestamp.latestSecond) * 1_000_000_000 + 999_999_999
        return either(within(term, ceilingDivided(least, unit), floorDivided(most, unit)), .moment(term))
    }

    /// The evaluator works out a difference of moments in whole seconds first, and it fails where these do not fit. So within a
    /// second of the longest span the parts of seconds of both moments count.
    private func apart(_ one: SMTTerm, _ other: SMTTerm, _ difference: SMTTerm) -> SMTValue {
        let second = 1_000_000_000 / unit
        let longest = Int128(Int64.max) / 1_000_000_000
        let seconds = terms.difference(terms.floor(one, second), terms.floor(other, second))
        let (least, most) = (ceilingDivided(Int128(Int64.min), unit), floorDivided(Int128(Int64.max), unit))
        let fits = terms.any([
            within(difference, -longest * second, longest * second),
            terms.all([within(difference, least, most), within(seconds, -longest, longest)]),
        ])
        return either(fits, .span(difference))
    }
}

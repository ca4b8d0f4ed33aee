import CEL

/// Functions and macros on alternatives that have no conditions in them. Nil where they are not understood.
extension SMTTranslation {
    func call(_ name: String, hasTarget: Bool, _ operands: [SMTAlternative.Atom]) -> SMTValue? {
        let known = operands.compactMap { if case .known(let value) = $0 { value } else { nil } }
        if known.count == operands.count {
            let value =
                hasTarget
                ? Folding.shared.call(name, target: known.first, Array(known.dropFirst()))
                : Folding.shared.call(name, target: nil, known)
            return value.flatMap(folded)
        }
        guard let first = operands.first else { return nil }
        switch first {
        case .text(let text):
            if operands.count == 1 {
                return name == "size" ? single(.size(text)) : ["string", "dyn"].contains(name) ? single(first) : nil
            }
            return operands.count == 2 ? condition(name, text, operands[1]) : nil
        case .integer(let term):
            guard operands.count == 1 else { return nil }
            return name == "double" ? single(.real(term)) : ["int", "dyn"].contains(name) ? single(first) : nil
        case .span(let span):
            guard operands.count == 1 else { return nil }
            return name == "duration" || name == "dyn" ? single(first) : units(name, of: span)
        case .moment(let moment):
            if operands.count == 1, name == "timestamp" || name == "dyn" { return single(first) }
            guard operands.count <= 2, let part = CalendarPart(rawValue: name) else { return nil }
            guard operands.count == 2 else { return calendar(part, moment, zone: nil) }
            guard case .known(.string(let zone)) = operands[1] else { return nil }
            return calendar(part, moment, zone: zone)
        case .bag(let elements):
            if operands.count == 1, name == "size" { return single(.integer(terms.sum(elements.map(\.count)))) }
            return operands.count == 1 && name == "dyn" ? single(first) : nil
        case .list(let elements):
            if operands.count == 1, name == "size" { return single(.known(.int(Int64(elements.count)))) }
            return operands.count == 1 && name == "dyn" ? single(first) : nil
        case .size: return operands.count == 1 && ["int", "dyn"].contains(name) ? single(first) : nil
        case .real: return operands.count == 1 && name == "dyn" ? single(first) : nil
        case .known, .failure, .opaque: return nil
        }
    }

    private func condition(_ name: String, _ text: TextVariable, _ operand: SMTAlternative.Atom) -> SMTValue? {
        guard case .known(.string(let argument)) = operand else { return nil }
        switch name {
        case "startsWith": return flag(fits(text, .prefix(argument)))
        case "endsWith": return flag(fits(text, .suffix(argument)))
        case "contains": return flag(fits(text, .contains(argument)))
        case "matches":
            // A pattern that is none fails on every text.
            if case .failure? = Folding.shared.call("matches", target: .string(""), [.string(argument)]) {
                return single(.failure)
            }
            return flag(fits(text, .matches(argument)))
        default: return nil
        }
    }

    private func fits(_ text: TextVariable, _ pattern: TextPattern) -> SMTTerm { terms.make(.fits(text, pattern), .truth) }

    private func units(_ name: String, of span: SMTTerm) -> SMTValue? {
        let second = 1_000_000_000 / unit
        switch name {
        case "getHours": return single(.integer(quotient(span, by: 3_600 * second)))
        case "getMinutes": return single(.integer(quotient(span, by: 60 * second)))
        case "getSeconds": return single(.integer(quotient(span, by: second)))
        case "getMilliseconds":
            let rest = terms.difference(span, terms.product(second, quotient(span, by: second)))
            return single(.integer(quotient(rest, by: 1_000_000 / unit)))
        default: return nil
        }
    }

    func extreme(_ name: String, _ values: [SMTAlternative.Atom]) -> SMTValue? {
        guard name == "least" || name == "greatest", values.count > 1 else { return nil }
        var chosen: SMTTerm?
        for value in values {
            guard let (term, kind) = number(value), kind == .integer else { return nil }
            guard let best = chosen else {
                chosen = term
                continue
            }
            let isBetter = name == "least" ? terms.isLess(term, best) : terms.isLess(best, term)
            chosen = terms.choice(isBetter, term, best)
        }
        let known = values.compactMap { if case .known(let value) = $0 { value } else { nil } }
        if known.count == values.count { return nil }
        return chosen.map { single(.integer($0)) }
    }

    // MARK: Macros

    func comprehension(_ macro: Comprehension, over range: SMTAlternative.Atom, _ place: Place) -> SMTValue? {
        guard macro.second == nil else { return nil }
        switch range {
        case .known(.list(let elements)): return overList(macro, elements.map { single(.known($0)) }, place)
        case .list(let elements): return overList(macro, elements, place)
        case .bag(let elements): return overBag(macro, elements, place)
        case .known, .integer, .span, .moment, .real, .text, .size, .failure, .opaque: return nil
        }
    }

    /// Elements of which it is not known whether they are kept, in one list.
    private static let maximumUncertain = 5

    private func overList(_ macro: Comprehension, _ elements: [SMTValue], _ place: Place) -> SMTValue? {
        let inner = elements.map { place.adding(macro.variable, $0) }
        switch macro.kind {
        case .all: return connected(inner.map { truth(of: value(of: macro.body, $0)) }, by: .and)
        case .exists: return connected(inner.map { truth(of: value(of: macro.body, $0)) }, by: .or)
        case .existsOne:
            let truths = inner.map { truth(of: value(of: macro.body, $0)) }
            let fails = terms.any(truths.map(\.fails))
            let count = terms.sum(truths.map { terms.choice($0.yes, terms.number(1), terms.number(0)) })
            return flag(yes: terms.all([terms.not(fails), terms.isEqual(count, terms.number(1))]), fails: fails)
        case .filter, .map:
            var fails: [SMTTerm] = []
            var lists: [(condition: SMTTerm, values: [SMTValue])] = [(terms.yes, [])]
            var uncertain = 0
            for (element, inner) in zip(elements, inner) {
                var kept = terms.yes
                if let condition = macro.kind == .map ? macro.filter : macro.body {
                    let truth = truth(of: value(of: condition, inner))
                    fails.append(truth.fails)
                    kept = truth.yes
                }
                guard kept != terms.no else { continue }
                var made = element
                if macro.kind == .map {
                    made = []
                    for alternative in value(of: macro.body, inner) {
                        switch alternative.value {
                        case .failure: fails.append(terms.all([kept, alternative.condition]))
                        case .opaque: return nil
                        case .known, .integer, .span, .moment, .real, .text, .size, .bag, .list: made.append(alternative)
                        }
                    }
                }
                if kept != terms.yes { uncertain += 1 }
                guard uncertain <= Self.maximumUncertain else { return nil }
                lists = lists.flatMap { list in
                    [
                        (terms.all([list.condition, kept]), list.values + [made]),
                        (terms.all([list.condition, terms.not(kept)]), list.values),
                    ].filter { $0.0 != terms.no }
                }
            }
            let failed = terms.any(fails)
            return compact(
                lists.flatMap { under(terms.all([terms.not(failed), $0.condition]), list($0.values)) }
                    + [SMTAlternative(condition: failed, value: .failure)])
        case .transformList, .transformMap, .transformMapEntry: return nil
        }
    }

    private func overBag(
        _ macro: Comprehension, _ elements: [(element: SMTAlternative.Atom, count: SMTTerm)], _ place: Place
    ) -> SMTValue? {
        var (yes, no, fails): ([SMTTerm], [SMTTerm], [SMTTerm]) = ([], [], [])
        var kept: [(element: SMTAlternative.Atom, count: SMTTerm)] = []
        let condition: Expression?
        switch macro.kind {
        case .map: condition = macro.filter
        case .all, .exists, .existsOne, .filter: condition = macro.body
        case .transformList, .transformMap, .transformMapEntry: return nil
        }
        let zero = terms.number(0)
        for (element, count) in elements {
            let inner = place.adding(macro.variable, single(element))
            let truth: (yes: SMTTerm, fails: SMTTerm) =
                condition.map { self.truth(of: value(of: $0, inner)) } ?? (yes: terms.yes, fails: terms.no)
            let isThere = terms.isPositive(count)
            yes.append(terms.all([truth.yes, isThere]))
            fails.append(terms.all([truth.fails, isThere]))
            no.append(terms.all([terms.not(terms.any([truth.yes, truth.fails])), isThere]))
            let left = terms.choice(truth.yes, count, zero)
            guard macro.kind == .map else {
                kept.append((element, left))
                continue
            }
            for alternative in value(of: macro.body, inner) {
                switch alternative.value {
                case .failure: fails.append(terms.all([truth.yes, alternative.condition, isThere]))
                case .opaque: return nil
                case .known, .integer, .span, .moment, .real, .text, .size, .bag, .list:
                    kept.append((alternative.value, terms.choice(alternative.condition, left, zero)))
                }
            }
        }
        let failed = terms.any(fails)
        switch macro.kind {
        case .exists:
            let holds = terms.any(yes)
            return flag(yes: holds, fails: terms.all([terms.not(holds), failed]))
        case .all:
            let lacks = terms.any(no)
            return flag(yes: terms.not(terms.any([lacks, failed])), fails: terms.all([terms.not(lacks), failed]))
        case .existsOne:
            let count = terms.sum(kept.map(\.count))
            return flag(yes: terms.all([terms.not(failed), terms.isEqual(count, terms.number(1))]), fails: failed)
        case .filter, .map:
            return compact([
                SMTAlternative(condition: terms.not(failed), value: .bag(kept)),
                SMTAlternative(condition: failed, value: .failure),
            ])
        case .transformList, .transformMap, .transformMapEntry: return nil
        }
    }
}

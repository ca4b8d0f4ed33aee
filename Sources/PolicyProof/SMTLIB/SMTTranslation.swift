import CEL
import EligibilityPolicy

/// Writes expressions of policies as terms of SMT-LIB, with the failures that the evaluator of expressions would have.
///
/// It is written apart from ``Reader`` and ``Search``, so that a solver's agreement is evidence. ``Reader`` evaluates on one path
/// after the other; this makes one term for all facts, in which every value has its alternatives side by side. What it has in
/// common with them is what facts there are: the kinds of device of ``World``, and the names of texts.
final class SMTTranslation {
    let terms = SMTTerms()
    let world: World
    /// Nanoseconds in the unit in which spans and moments are counted: facts hold microseconds.
    let unit: Int128
    /// Whether a policy names a span or a moment that is not whole in that unit.
    var isTooCoarse = false
    let stack = StackGuard()

    /// What the script declares, in the order of first use.
    private(set) var declarations: [SMTDeclaration] = []
    private var declared: [String: SMTTerm] = [:]
    /// What holds of all facts.
    private(set) var laws: [(comment: String, term: SMTTerm)] = []
    /// What was not understood, as authors wrote it.
    private(set) var free: [String] = []

    private var variables: [[String: SMTValue]]
    var meanings: [String: Int] = [:]
    var steps = 0

    /// What is more work than this is not understood.
    static let maximumSteps = 400_000
    private static let maximumAlternatives = 128
    private static let maximumCombinations = 2_000

    init(_ world: World, unit: Int128) {
        self.world = world
        self.unit = unit
        variables = world.policies.map { _ in [:] }
    }

    // MARK: Declarations

    /// A constant of the script, declared when it is first used.
    func constant(_ name: String, _ sort: String, _ comment: String) -> SMTTerm {
        let symbol = SMTScript.symbol(name)
        if let known = declared[symbol] { return known }
        let term = terms.make(.atom(symbol), SMTTerms.Sort(rawValue: sort) ?? .other)
        declared[symbol] = term
        declarations.append(SMTDeclaration(symbol: symbol, sort: sort, comment: comment))
        return term
    }

    func isDeclared(_ name: String) -> Bool { declared[SMTScript.symbol(name)] != nil }

    func require(_ term: SMTTerm, _ comment: String) { if term != terms.yes { laws.append((comment, term)) } }

    /// A number within bounds.
    func number(_ name: String, _ bounds: Bounds, _ comment: String) -> SMTTerm {
        let isNew = !isDeclared(name)
        let term = constant(name, "Int", comment)
        if isNew {
            let ends = [
                bounds.least.map { terms.isAtMost(terms.number($0), term) },
                bounds.most.map { terms.isAtMost(term, terms.number($0)) },
            ]
            require(terms.all(ends.compactMap { $0 }), "The range of \(name).")
        }
        return term
    }

    // MARK: Values

    /// Local names of an expression, with their values.
    typealias Scope = [(name: String, value: SMTValue)]

    /// Where an expression is: its policy, and what local names stand for.
    struct Place {
        let policy: Int
        var scope: Scope = []

        func adding(_ name: String, _ value: SMTValue) -> Place { Place(policy: policy, scope: scope + [(name, value)]) }
    }

    func single(_ value: SMTAlternative.Atom) -> SMTValue { [SMTAlternative(condition: terms.yes, value: value)] }

    func flag(_ term: SMTTerm) -> SMTValue { flag(yes: term, fails: terms.no) }

    func flag(yes: SMTTerm, fails: SMTTerm) -> SMTValue {
        compact([
            SMTAlternative(condition: yes, value: .known(.bool(true))), SMTAlternative(condition: fails, value: .failure),
            SMTAlternative(condition: terms.not(terms.any([yes, fails])), value: .known(.bool(false))),
        ])
    }

    /// Without what cannot be, and with equal alternatives as one.
    func compact(_ value: SMTValue) -> SMTValue {
        var order: [String] = []
        var groups: [String: (conditions: [SMTTerm], value: SMTAlternative.Atom)] = [:]
        for alternative in value where alternative.condition != terms.no {
            let key = alternative.value.spelling
            if groups[key] == nil { order.append(key) }
            groups[key, default: ([], alternative.value)].conditions.append(alternative.condition)
        }
        return order.compactMap { key in
            groups[key].map { SMTAlternative(condition: terms.any($0.conditions), value: $0.value) }
        }
    }

    /// The alternatives of several values combined; nil where there are too many.
    func combined(
        _ values: [SMTValue], _ operation: ([SMTAlternative.Atom]) -> SMTValue
    ) -> SMTValue? {
        guard values.reduce(1, { min(Self.maximumCombinations + 1, $0 * $1.count) }) <= Self.maximumCombinations else {
            return nil
        }
        var combinations: [(conditions: [SMTTerm], atoms: [SMTAlternative.Atom])] = [([], [])]
        for value in values {
            combinations = combinations.flatMap { combination in
                value.map { (combination.conditions + [$0.condition], combination.atoms + [$0.value]) }
            }
        }
        var result: SMTValue = []
        for (conditions, atoms) in combinations {
            let condition = terms.all(conditions)
            guard condition != terms.no else { continue }
            for alternative in operation(atoms) {
                result.append(
                    SMTAlternative(condition: terms.all([condition, alternative.condition]), value: alternative.value))
            }
        }
        let compacted = compact(result)
        return compacted.count <= Self.maximumAlternatives ? compacted : merged(compacted)
    }

    /// Numbers of one kind become one; nil where there are still too many.
    private func merged(_ value: SMTValue) -> SMTValue? {
        var numbers: [NumberKind: (conditions: [SMTTerm], term: SMTTerm)] = [:]
        var others: SMTValue = []
        for alternative in value {
            guard let (term, kind) = number(alternative.value) else {
                others.append(alternative)
                continue
            }
            let (conditions, sum) = numbers[kind] ?? ([], term)
            numbers[kind] = (conditions + [alternative.condition], terms.choice(alternative.condition, term, sum))
        }
        for (kind, group) in numbers.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            others.append(SMTAlternative(condition: terms.any(group.conditions), value: kind.atom(group.term)))
        }
        return others.count <= Self.maximumAlternatives ? others : nil
    }

    func truth(of value: SMTValue) -> (yes: SMTTerm, fails: SMTTerm) {
        var (yes, fails): ([SMTTerm], [SMTTerm]) = ([], [])
        for alternative in value {
            switch alternative.value {
            case .known(.bool(true)): yes.append(alternative.condition)
            case .known(.bool(false)): break
            case .opaque(let number):
                let free = unknown(number)
                yes.append(terms.all([alternative.condition, terms.isEqual(free, terms.make(.atom("holds"), .other))]))
                fails.append(terms.all([alternative.condition, terms.isEqual(free, terms.make(.atom("fails"), .other))]))
            // The checker lets only conditions be here.
            case .failure, .known, .integer, .span, .moment, .real, .text, .size, .bag, .list:
                fails.append(alternative.condition)
            }
        }
        return (terms.any(yes), terms.any(fails))
    }

    private func unknown(_ number: Int) -> SMTTerm {
        let name = "unknown.\(number)"
        let text = texts[number] ?? "an expression"
        if !isDeclared(name) { free.append(text) }
        return constant(name, "Truth", "Free, since it is not understood: `\(text)`")
    }

    var texts: [Int: String] = [:]

    // MARK: Expressions

    func value(of expression: Expression, _ place: Place) -> SMTValue {
        steps += 1
        guard steps <= Self.maximumSteps, !stack.isExhausted else { return tooMuch(expression) }
        switch expression.kind {
        case .literal(let literal): return single(.known(literal))
        case .identifier(let name, _):
            if let local = place.scope.last(where: { $0.name == name }) { return local.value }
            return named(name, place.policy) ?? opaque(expression, place)
        case .select(_, _, optional: false):
            guard let path = expression.path?.name, let field = fields(of: place.policy)[path],
                !place.scope.contains(where: { path.hasPrefix($0.name + ".") })
            else { return opaque(expression, place) }
            return fact(field, place.policy)
        case .has(let operand, let field, _):
            guard let record = operand.path?.name, fields(of: place.policy)[record + "." + field] != nil,
                !place.scope.contains(where: { $0.name == record })
            else { return opaque(expression, place) }
            return flag(terms.yes)
        case .unary(.not, let operand):
            let (yes, fails) = truth(of: value(of: operand, place))
            return flag(yes: terms.not(terms.any([yes, fails])), fails: fails)
        case .unary(.negate, let operand):
            return operate(expression, [single(.known(.int(0))), value(of: operand, place)], place) {
                self.arithmetic(.subtract, $0[0], $0[1])
            }
        case .logical(let logical, let operands):
            return connected(operands.map { truth(of: value(of: $0, place)) }, by: logical)
        case .conditional(let condition, let yes, let no):
            let (holds, fails) = truth(of: value(of: condition, place))
            let lacks = terms.not(terms.any([holds, fails]))
            let ways: SMTValue =
                under(holds, holds == terms.no ? [] : value(of: yes, place))
                + under(lacks, lacks == terms.no ? [] : value(of: no, place))
            let all = compact(ways + [SMTAlternative(condition: fails, value: .failure)])
            return all.count <= Self.maximumAlternatives ? all : opaque(expression, place)
        case .binary(let binary, let left, let right):
            return operate(expression, [value(of: left, place), value(of: right, place)], place) {
                self.binary(binary, $0[0], $0[1])
            }
        case .list(let elements): return list(elements, place) ?? opaque(expression, place)
        case .call(let name, let target, let arguments, _):
            if let target, case .identifier("math", _) = target.kind, !place.scope.contains(where: { $0.name == "math" }) {
                return operate(expression, arguments.map { value(of: $0, place) }, place) { self.extreme(name, $0) }
            }
            let operands = (target.map { [$0] } ?? []) + arguments
            return operate(expression, operands.map { value(of: $0, place) }, place) {
                self.call(name, hasTarget: target != nil, $0)
            }
        case .comprehension(let comprehension):
            return operate(expression, [value(of: comprehension.range, place)], place) {
                self.comprehension(comprehension, over: $0[0], place)
            }
        case .bind(let name, let bound, let body): return value(of: body, place.adding(name, value(of: bound, place)))
        case .select, .index, .map, .record, .optionalMap, .block: return opaque(expression, place)
        }
    }

    func under(_ condition: SMTTerm, _ value: SMTValue) -> SMTValue {
        value.map { SMTAlternative(condition: terms.all([condition, $0.condition]), value: $0.value) }
    }

    /// An operation that fails where an operand does. What it gives nil for is not understood.
    private func operate(
        _ expression: Expression, _ operands: [SMTValue], _ place: Place,
        _ operation: ([SMTAlternative.Atom]) -> SMTValue?
    ) -> SMTValue {
        let result = combined(operands) { atoms in
            self.steps += 1
            for case .failure in atoms { return self.single(.failure) }
            guard self.steps <= Self.maximumSteps else { return self.tooMuch(expression) }
            return operation(atoms) ?? self.opaque(expression, place)
        }
        return result ?? opaque(expression, place)
    }

    func fields(of policy: Int) -> [String: FactField] { world.policies[policy].schema.byPath }

    func named(_ name: String, _ policy: Int) -> SMTValue? {
        if let constant = world.policies[policy].constantValues[name] { return single(.known(constant)) }
        if let known = variables[policy][name] { return known }
        guard let variable = world.policies[policy].variableExpressions[name] else { return nil }
        let value = value(of: variable.parsed.root, Place(policy: policy))
        variables[policy][name] = value
        return value
    }

    /// One operand that decides the result absorbs the failures of the others.
    func connected(_ operands: [(yes: SMTTerm, fails: SMTTerm)], by logical: LogicalOperator) -> SMTValue {
        let fails = terms.any(operands.map(\.fails))
        switch logical {
        case .and:
            let no = terms.any(operands.map { terms.not(terms.any([$0.yes, $0.fails])) })
            return flag(yes: terms.all(operands.map(\.yes)), fails: terms.all([terms.not(no), fails]))
        case .or:
            let yes = terms.any(operands.map(\.yes))
            return flag(yes: yes, fails: terms.all([terms.not(yes), fails]))
        }
    }

    private func list(_ elements: [Expression.ListElement], _ place: Place) -> SMTValue? {
        var values: [SMTValue] = []
        var fails: [SMTTerm] = []
        for element in elements {
            guard !element.isOptional else { return nil }
            var kept: SMTValue = []
            for alternative in value(of: element.value, place) {
                switch alternative.value {
                case .failure: fails.append(alternative.condition)
                // It may fail, and the list with it.
                case .opaque: return nil
                case .known, .integer, .span, .moment, .real, .text, .size, .bag, .list: kept.append(alternative)
                }
            }
            values.append(kept)
        }
        return compact(
            under(terms.not(terms.any(fails)), list(values))
                + [SMTAlternative(condition: terms.any(fails), value: .failure)])
    }

    /// A list of values; known where each of them is.
    func list(_ values: [SMTValue]) -> SMTValue {
        let known = values.compactMap { value -> CELValue? in
            guard value.count == 1, case .known(let known) = value[0].value else { return nil }
            return known
        }
        return single(known.count == values.count ? .known(.list(known)) : .list(values))
    }
}

/// A constant that a script declares.
struct SMTDeclaration {
    let symbol: String
    let sort: String
    /// What it is, in plain English.
    let comment: String
}

/// What is assumed of facts on one way through the questions.
struct Path {
    /// The numbers that forms may have; a form that is missing has those of its variables.
    var forms: [Form: Bounds] = [:]
    /// The values that are left of facts of few values; of one that is missing, all.
    var choices: [Choice: [Int]] = [:]
    var texts = TextAssumptions()
    /// What rules were found to say, by their places in ``RuleSet``; each depends on what is assumed here only.
    var verdicts: [Int: Bool] = [:]

    /// What every request satisfies, as the engine makes facts: the two users differ, and the decision is not before the
    /// submission. The device asked for is one of the owner's, which the choice of its kind says.
    init(_ world: World) {
        let submitted = Linear(variable: world.number(.submittedAt))
        let decided = Linear(variable: world.number(.decidedAt))
        if let waited = decided.adding(submitted, times: -1), let (form, factor) = Form.of(waited) {
            forms[form] = factor > 0 ? Bounds(least: 0, most: nil) : Bounds(least: nil, most: 0)
        }
        texts.assume(.same(.id(.requester), .id(.owner)), false)
    }

    /// Expressions that were not understood, and what was assumed that they come to.
    var opaque: [OpaqueKey] {
        choices.keys.compactMap { if case .opaque(let key) = $0 { key } else { nil } }
    }
}

/// Evaluation needs to know something first.
enum Split: Error {
    /// Whether a form is at most a number.
    case form(Form, atMost: Int128)
    /// Which of the groups the value of a fact is in.
    case choice(Choice, groups: [[Int]])
    case text(TextAtom)
    /// The work that is allowed for the question is done.
    case exhausted
}

extension Path {
    /// Whether the number is at most `limit`.
    func isAtMost(_ number: Linear, _ limit: Int128, in world: World) throws(Split) -> Bool {
        guard let (form, factor) = Form.of(number) else { return number.constant <= limit }
        let room = limit - number.constant
        guard factor > 0 else {
            // -f * form ≤ room, so form ≥ -room / f.
            return try !isAtMost(form, ceilingDivided(-room, -factor) - 1, in: world)
        }
        return try isAtMost(form, floorDivided(room, factor), in: world)
    }

    private func isAtMost(_ form: Form, _ limit: Int128, in world: World) throws(Split) -> Bool {
        let bounds = bounds(of: form, in: world)
        if let most = bounds.most, most <= limit { return true }
        if let least = bounds.least, least > limit { return false }
        throw .form(form, atMost: limit)
    }

    /// What follows from the assumptions on the form itself and on its variables.
    func bounds(of form: Form, in world: World) -> Bounds {
        var bounds = Bounds(least: 0, most: 0)
        for term in form.terms {
            let single = self.bounds(of: term.variable, in: world)
            let (low, high) = term.coefficient > 0 ? (single.least, single.most) : (single.most, single.least)
            bounds.least = Self.sum(bounds.least, low, times: term.coefficient)
            bounds.most = Self.sum(bounds.most, high, times: term.coefficient)
        }
        return forms[form].map(bounds.intersection) ?? bounds
    }

    func bounds(of variable: Int, in world: World) -> Bounds {
        let form = Form(terms: [.init(variable: variable, coefficient: 1)])
        return forms[form].map(world.bounds(of: variable).intersection) ?? world.bounds(of: variable)
    }

    /// The ends of a number's range.
    func bounds(of number: Linear, in world: World) -> Bounds {
        guard let (form, factor) = Form.of(number) else { return Bounds(least: number.constant, most: number.constant) }
        let inner = bounds(of: form, in: world)
        let (low, high) = factor > 0 ? (inner.least, inner.most) : (inner.most, inner.least)
        return Bounds(
            least: Self.sum(number.constant, low, times: factor), most: Self.sum(number.constant, high, times: factor))
    }

    /// Nil, which is no bound, where any part has none.
    private static func sum(_ one: Int128?, _ other: Int128?, times factor: Int128) -> Int128? {
        guard let one, let other else { return nil }
        let (product, overflow) = other.multipliedReportingOverflow(by: factor)
        if overflow { return nil }
        let (sum, isTooLarge) = one.addingReportingOverflow(product)
        return isTooLarge ? nil : sum
    }

    func isTrue(_ atom: TextAtom) throws(Split) -> Bool {
        guard let known = texts[atom] else { throw .text(atom) }
        return known
    }

    /// The value of `property`, where the choices that are left agree on it.
    func value<Property: Hashable>(of choice: Choice, among count: Int, _ property: (Int) -> Property) throws(Split) -> Property {
        let left = choices[choice] ?? Array(0..<count)
        var groups: [Property: Int] = [:]
        var members: [[Int]] = []
        var first: Property?
        for place in left {
            let value = property(place)
            if first == nil { first = value }
            if let group = groups[value] {
                members[group].append(place)
            } else {
                groups[value] = members.count
                members.append([place])
            }
        }
        guard members.count == 1, let first else { throw .choice(choice, groups: members) }
        return first
    }
}

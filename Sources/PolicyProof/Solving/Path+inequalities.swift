extension Path {
    /// Everything that is assumed of numbers, as inequalities: of all, or of those that hang together with a form.
    ///
    /// A definition of a quotient is said by its two bounds, which depend on the sign that is assumed of the dividend.
    func inequalities(about form: Form? = nil, in world: World) -> [Inequality] {
        var all: [Inequality] = []
        for (form, bounds) in forms {
            if let most = bounds.most { all.append(Inequality(form.terms, atMost: most)) }
            if let least = bounds.least { all.append(Inequality(Self.negated(form.terms), atMost: -least)) }
        }
        var reached = Set(form.map { $0.terms.map(\.variable) } ?? all.flatMap { $0.terms.map(\.variable) })
        if form != nil { all = Self.closure(all, from: &reached) }
        // Definitions may bring in more variables, and these more assumptions.
        var defined: Set<Int> = []
        while let variable = reached.subtracting(defined).min() {
            defined.insert(variable)
            for inequality in definition(of: variable, in: world) {
                all.append(inequality)
                reached.formUnion(inequality.terms.map(\.variable))
            }
            // A part of the calendar is bound to its moment, which has to have a value where it has one.
            if case .calendar(let moment, _, _) = world.numbers[variable] { reached.formUnion(moment.terms.map(\.variable)) }
            if case .devices(.owner, _) = world.numbers[variable] {
                all.append(hasAskedDevice(in: world))
                reached.formUnion(all.last?.terms.map(\.variable) ?? [])
            }
        }
        guard form != nil else { return all }
        // What was assumed of the variables of definitions.
        for (form, bounds) in forms where form.terms.contains(where: { reached.contains($0.variable) }) {
            if let most = bounds.most { all.append(Inequality(form.terms, atMost: most)) }
            if let least = bounds.least { all.append(Inequality(Self.negated(form.terms), atMost: -least)) }
        }
        return all
    }

    private static func negated(_ terms: [Linear.Term]) -> [Linear.Term] {
        terms.map { .init(variable: $0.variable, coefficient: -$0.coefficient) }
    }

    /// Those that share a variable with what is reached, directly or through others.
    private static func closure(_ inequalities: [Inequality], from reached: inout Set<Int>) -> [Inequality] {
        var (inside, outside) = ([Inequality](), inequalities)
        while true {
            let touching = outside.filter { $0.terms.contains { reached.contains($0.variable) } }
            guard !touching.isEmpty else { return inside }
            outside.removeAll { $0.terms.contains { reached.contains($0.variable) } }
            inside += touching
            for inequality in touching { reached.formUnion(inequality.terms.map(\.variable)) }
        }
    }

    /// The owner has a device of one of the kinds that the asked one may be of.
    private func hasAskedDevice(in world: World) -> Inequality {
        let kinds = choices[.askedKind] ?? Array(world.kinds.indices)
        let terms = kinds.map { Linear.Term(variable: world.devices(.owner, kind: $0), coefficient: -1) }
        return Inequality(terms.sorted { $0.variable < $1.variable }, atMost: -1)
    }

    /// What a variable is, whatever is assumed.
    private func definition(of variable: Int, in world: World) -> [Inequality] {
        var all: [Inequality] = []
        let own = Linear(variable: variable)
        let bounds = world.bounds(of: variable)
        if let most = bounds.most { all.append(Inequality(own.terms, atMost: most)) }
        if let least = bounds.least { all.append(Inequality(Self.negated(own.terms), atMost: -least)) }
        guard case .quotient(let dividend, let divisor) = world.numbers[variable] else { return all }
        let range = self.bounds(of: dividend, in: world)
        // rest = dividend - divisor * quotient, between 0 and divisor - 1, or the negatives of these.
        guard let rest = dividend.adding(own, times: -divisor) else { return all }
        let (low, high): (Int128, Int128) =
            if let least = range.least, least >= 0 { (0, divisor - 1) } else if let most = range.most, most <= 0 {
                (1 - divisor, 0)
            } else { (1 - divisor, divisor - 1) }
        all.append(Inequality(rest.terms, atMost: high - rest.constant))
        all.append(Inequality(Self.negated(rest.terms), atMost: rest.constant - low))
        return all
    }

    /// Whether what is assumed of numbers is seen to be impossible.
    func isRefuted(about form: Form, in world: World) -> Bool {
        if let bounds = forms[form], bounds.isEmpty { return true }
        let inequalities = Self.merged(inequalities(about: form, in: world), in: world)
        let system = InequalitySystem(inequalities, kept: [])
        world.steps += inequalities.count + system.steps
        return system.isRefuted
    }

    /// Counts of kinds that no inequality tells apart become one: their sum.
    static func merged(_ inequalities: [Inequality], in world: World) -> [Inequality] {
        var columns: [Int: [Int128]] = [:]
        let relevant = inequalities.enumerated().filter { $0.element.terms.count > 1 || !isDomain($0.element, world) }
        for (place, inequality) in relevant {
            for term in inequality.terms {
                guard case .devices = world.numbers[term.variable] else { continue }
                columns[term.variable, default: []] += [Int128(place), term.coefficient]
            }
        }
        var first: [[Int128]: Int] = [:]
        var dropped: Set<Int> = []
        for (variable, column) in columns.sorted(by: { $0.key < $1.key }) {
            if first[column] == nil { first[column] = variable } else { dropped.insert(variable) }
        }
        // Those of which only the range is known.
        for inequality in inequalities where inequality.terms.count == 1 {
            let variable = inequality.terms[0].variable
            if case .devices = world.numbers[variable], columns[variable] == nil { dropped.insert(variable) }
        }
        guard !dropped.isEmpty else { return inequalities }
        return inequalities.compactMap { inequality in
            let terms = inequality.terms.filter { !dropped.contains($0.variable) }
            return terms.isEmpty && !inequality.terms.isEmpty && isDomain(inequality, world)
                ? nil : Inequality(terms, atMost: inequality.limit)
        }
    }

    /// Whether it only says what every count satisfies.
    private static func isDomain(_ inequality: Inequality, _ world: World) -> Bool {
        guard inequality.terms.count == 1, let term = inequality.terms.first, case .devices = world.numbers[term.variable] else {
            return false
        }
        let bounds = world.bounds(of: term.variable)
        return term.coefficient > 0 ? inequality.limit == bounds.most : inequality.limit == -(bounds.least ?? 0)
    }
}

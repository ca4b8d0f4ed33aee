/// A sum of variables that is at most a number.
struct Inequality: Hashable {
    /// In order of the variables; no coefficient is 0, and they have no common factor.
    var terms: [Linear.Term]
    var limit: Int128

    /// All variables are whole numbers: the limit is rounded down when a common factor goes.
    init(_ terms: [Linear.Term], atMost limit: Int128) {
        let common = Int128(terms.reduce(0 as UInt128) { greatestCommonDivisor($0, $1.coefficient.magnitude) })
        guard common > 1 else {
            self.terms = terms
            self.limit = limit
            return
        }
        self.terms = terms.map { .init(variable: $0.variable, coefficient: $0.coefficient / common) }
        self.limit = floorDivided(limit, common)
    }

    func coefficient(of variable: Int) -> Int128 { terms.first { $0.variable == variable }?.coefficient ?? 0 }

    /// Without a variable, by adding a multiple of another inequality; nil where the numbers become too large.
    func eliminating(_ variable: Int, with other: Inequality) -> Inequality? {
        let (one, two) = (coefficient(of: variable).magnitude, other.coefficient(of: variable).magnitude)
        let common = greatestCommonDivisor(one, two)
        var left = Linear(-limit)
        left.terms = terms
        var right = Linear(-other.limit)
        right.terms = other.terms
        guard let scaled = left.scaled(by: Int128(two / common)), let sum = scaled.adding(right, times: Int128(one / common))
        else {
            return nil
        }
        return Inequality(sum.terms, atMost: -sum.constant)
    }
}

/// Inequalities over whole numbers, and whether they can all hold.
///
/// Variables are eliminated one after the other (Fourier and Motzkin), with limits rounded to whole numbers. What is refuted so
/// has no solution; what is not may still have no solution in whole numbers, which the search for one finds out.
struct InequalitySystem {
    /// More inequalities than that are not looked at.
    static let maximumInequalities = 1_500

    /// What bounded a variable when it was eliminated, by variables that were eliminated later.
    struct Stage {
        let variable: Int
        let inequalities: [Inequality]
    }

    private(set) var stages: [Stage] = []
    private(set) var isRefuted = false
    /// Whether elimination was given up, so that nothing is known.
    private(set) var isTooLarge = false
    /// What the elimination cost: terms looked at.
    private(set) var steps = 0

    /// - Parameter order: the variables to eliminate first, in order; all others follow, the cheapest first. Those of `kept` are
    ///   eliminated last.
    init(_ inequalities: [Inequality], kept: [Int]) {
        var current = Self.tightest(inequalities)
        var variables = Set(current.flatMap { $0.terms.map(\.variable) })
        let last = Set(kept)
        while !variables.isEmpty {
            guard !current.contains(where: { $0.terms.isEmpty && $0.limit < 0 }) else {
                isRefuted = true
                return
            }
            let candidates = variables.subtracting(last)
            guard let variable = Self.cheapest(candidates, current) ?? kept.last(where: variables.contains) else { break }
            steps += current.reduce(0) { $0 + $1.terms.count }
            variables.remove(variable)
            let bounding = current.filter { $0.coefficient(of: variable) != 0 }
            var others = current.filter { $0.coefficient(of: variable) == 0 }
            stages.append(Stage(variable: variable, inequalities: bounding))
            for upper in bounding where upper.coefficient(of: variable) > 0 {
                for lower in bounding where lower.coefficient(of: variable) < 0 {
                    if let combined = upper.eliminating(variable, with: lower) { others.append(combined) }
                    steps += upper.terms.count + lower.terms.count
                }
                guard others.count <= Self.maximumInequalities * 4 else {
                    isTooLarge = true
                    return
                }
            }
            current = Self.tightest(others)
            guard current.count <= Self.maximumInequalities else {
                isTooLarge = true
                return
            }
        }
        isRefuted = current.contains { $0.terms.isEmpty && $0.limit < 0 }
    }

    /// A variable that can only have one value, since that is then rounded in all others; else the one after whose elimination the
    /// fewest inequalities are left.
    private static func cheapest(_ variables: Set<Int>, _ inequalities: [Inequality]) -> Int? {
        var counts: [Int: (up: Int, down: Int)] = [:]
        var ranges: [Int: Bounds] = [:]
        for inequality in inequalities {
            if inequality.terms.count == 1, let term = inequality.terms.first, variables.contains(term.variable) {
                // One term has no factor but its sign.
                let bound =
                    term.coefficient > 0
                    ? Bounds(least: nil, most: inequality.limit) : Bounds(least: -inequality.limit, most: nil)
                ranges[term.variable] = (ranges[term.variable] ?? Bounds()).intersection(bound)
            }
            for term in inequality.terms {
                if term.coefficient > 0 {
                    counts[term.variable, default: (0, 0)].up += 1
                } else {
                    counts[term.variable, default: (0, 0)].down += 1
                }
            }
        }
        let fixed = ranges.filter { $0.value.least != nil && $0.value.least == $0.value.most }.keys.min()
        if let fixed { return fixed }
        let costs = variables.map { variable in
            let (up, down) = counts[variable] ?? (0, 0)
            return (cost: up * down - up - down, variable: variable)
        }
        return costs.min { ($0.cost, $0.variable) < ($1.cost, $1.variable) }?.variable
    }

    private static func tightest(_ inequalities: [Inequality]) -> [Inequality] {
        var limits: [[Linear.Term]: Int128] = [:]
        var order: [[Linear.Term]] = []
        for inequality in inequalities where !(inequality.terms.isEmpty && inequality.limit >= 0) {
            if let known = limits[inequality.terms] {
                limits[inequality.terms] = min(known, inequality.limit)
            } else {
                limits[inequality.terms] = inequality.limit
                order.append(inequality.terms)
            }
        }
        return order.map { Inequality($0, atMost: limits[$0] ?? 0) }
    }

    /// The range that a stage leaves to its variable, where the variables of later stages have values.
    static func bounds(of stage: Stage, _ values: [Int: Int128]) -> Bounds {
        var bounds = Bounds()
        for inequality in stage.inequalities {
            var rest = inequality.limit
            var own: Int128 = 0
            for term in inequality.terms {
                if term.variable == stage.variable {
                    own = term.coefficient
                } else if let value = values[term.variable] {
                    let (product, overflow) = value.multipliedReportingOverflow(by: term.coefficient)
                    if overflow { continue }
                    rest -= product
                }
            }
            if own > 0 {
                let most = floorDivided(rest, own)
                bounds.most = bounds.most.map { min($0, most) } ?? most
            } else if own < 0 {
                let least = ceilingDivided(-rest, -own)
                bounds.least = bounds.least.map { max($0, least) } ?? least
            }
        }
        return bounds
    }
}

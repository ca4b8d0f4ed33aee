/// A number that depends on facts: a sum of variables, each times a constant, and a constant.
///
/// Moments and spans are counted in nanoseconds. 128 bits, so that what does not fit into the 64 of the language is seen.
struct Linear: Hashable {
    struct Term: Hashable {
        let variable: Int
        var coefficient: Int128
    }

    /// In order of the variables; no coefficient is 0.
    var terms: [Term] = []
    var constant: Int128 = 0

    init(_ constant: Int128) { self.constant = constant }

    init(variable: Int, times coefficient: Int128 = 1) { terms = [Term(variable: variable, coefficient: coefficient)] }

    /// The known number; nil where it depends on facts.
    var known: Int128? { terms.isEmpty ? constant : nil }

    /// Beyond this nothing is worked out: such a number is not one that the language has.
    static let largest: Int128 = 1 << 96

    /// Nil where a coefficient is too large to go on with.
    func adding(_ other: Linear, times factor: Int128 = 1) -> Linear? {
        guard let scaled = other.scaled(by: factor) else { return nil }
        var result = Linear(constant + scaled.constant)
        result.terms.reserveCapacity(terms.count + scaled.terms.count)
        var (left, right) = (terms[...], scaled.terms[...])
        while let one = left.first, let two = right.first {
            if one.variable < two.variable {
                result.terms.append(one)
                left.removeFirst()
            } else if two.variable < one.variable {
                result.terms.append(two)
                right.removeFirst()
            } else {
                let sum = one.coefficient + two.coefficient
                if sum != 0 { result.terms.append(Term(variable: one.variable, coefficient: sum)) }
                left.removeFirst()
                right.removeFirst()
            }
        }
        result.terms += left
        result.terms += right
        return result.isModerate ? result : nil
    }

    func scaled(by factor: Int128) -> Linear? {
        guard factor != 0 else { return Linear(0) }
        var result = self
        let (constant, overflow) = self.constant.multipliedReportingOverflow(by: factor)
        if overflow { return nil }
        result.constant = constant
        for place in terms.indices {
            let (coefficient, overflow) = terms[place].coefficient.multipliedReportingOverflow(by: factor)
            if overflow { return nil }
            result.terms[place].coefficient = coefficient
        }
        return result.isModerate ? result : nil
    }

    private var isModerate: Bool {
        constant.magnitude <= Self.largest.magnitude && terms.allSatisfy { $0.coefficient.magnitude <= Self.largest.magnitude }
    }
}

/// A sum of variables in one of its many spellings: the coefficients have no common factor, and the first is positive.
struct Form: Hashable {
    let terms: [Linear.Term]

    /// The form of a number, and how it is made of it: `number = factor * form + constant`. Nil for a known number.
    static func of(_ number: Linear) -> (form: Form, factor: Int128)? {
        guard let first = number.terms.first else { return nil }
        let common = Int128(number.terms.reduce(0 as UInt128) { greatestCommonDivisor($0, $1.coefficient.magnitude) })
        let factor = first.coefficient < 0 ? -common : common
        return (Form(terms: number.terms.map { .init(variable: $0.variable, coefficient: $0.coefficient / factor) }), factor)
    }
}

func greatestCommonDivisor(_ one: UInt128, _ other: UInt128) -> UInt128 {
    var (a, b) = (one, other)
    while b != 0 { (a, b) = (b, a % b) }
    return a
}

/// The quotient rounded down, for a positive divisor.
func floorDivided(_ value: Int128, _ divisor: Int128) -> Int128 {
    let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
    return rest < 0 ? quotient - 1 : quotient
}

/// The quotient rounded up, for a positive divisor.
func ceilingDivided(_ value: Int128, _ divisor: Int128) -> Int128 { -floorDivided(-value, divisor) }

/// A range of numbers that may be open at either end.
struct Bounds: Hashable {
    var least: Int128?
    var most: Int128?

    init(least: Int128? = nil, most: Int128? = nil) {
        self.least = least
        self.most = most
    }

    init(_ range: ClosedRange<Int>) {
        self.init(least: Int128(range.lowerBound), most: Int128(range.upperBound))
    }

    var isEmpty: Bool {
        guard let least, let most else { return false }
        return least > most
    }

    func contains(_ number: Int128) -> Bool { (least.map { $0 <= number } ?? true) && (most.map { number <= $0 } ?? true) }

    func intersection(_ other: Bounds) -> Bounds {
        Bounds(
            least: least.map { one in other.least.map { max(one, $0) } ?? one } ?? other.least,
            most: most.map { one in other.most.map { min(one, $0) } ?? one } ?? other.most)
    }
}

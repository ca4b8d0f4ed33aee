/// How large a regular expression may be.
struct RegexLimits {
    /// Bytes of its text.
    let textSize: Int
    /// Instructions of its program.
    let programSize: Int
    /// Groups within each other.
    let nesting = 100
    /// The most times that anything is repeated by counts, nested ones multiplied.
    let repetitions = 1_000
}

extension RegexLimits {
    init(_ limits: Limits) { self.init(textSize: limits.regexSize, programSize: limits.regexProgramSize) }
}

/// The tree of a regular expression, in the syntax of RE2.
indirect enum RegexSyntax {
    case empty
    case characters(CharacterSet)
    case assertion(Assertion)
    case sequence([RegexSyntax])
    case alternatives([RegexSyntax])
    /// Without an upper bound where `most` is nil.
    case repeated(RegexSyntax, least: Int, most: Int?)

    enum Assertion {
        case textStart, textEnd, lineStart, lineEnd, wordBoundary, notWordBoundary
    }

    /// How many times counted repetitions multiply what is in them.
    var multiplicity: Int {
        switch self {
        case .empty, .characters, .assertion: 1
        case .sequence(let parts), .alternatives(let parts): parts.map(\.multiplicity).max() ?? 1
        case .repeated(let part, let least, let most): part.multiplicity * max(least, most ?? least, 1)
        }
    }
}

/// A set of code points.
struct CharacterSet {
    var ranges: [ClosedRange<UInt32>] = []
    /// General categories, and whether they are meant or all others.
    var categories: [(members: Set<Unicode.GeneralCategory>, isNegated: Bool)] = []
    var isNegated = false
    var ignoresCase = false

    static func one(_ scalar: Unicode.Scalar) -> CharacterSet { CharacterSet(ranges: [scalar.value...scalar.value]) }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        if !ignoresCase { return containsExactly(scalar) != isNegated }
        return CaseFolding.variants(of: scalar).contains(where: containsExactly) != isNegated
    }

    private func containsExactly(_ scalar: Unicode.Scalar) -> Bool {
        for range in ranges where range.contains(scalar.value) { return true }
        for category in categories where category.members.contains(scalar.properties.generalCategory) != category.isNegated {
            return true
        }
        return false
    }

    /// Adds the code points that another set does not have; sets of ranges only.
    mutating func add(complementOf other: [ClosedRange<UInt32>]) {
        var next: UInt32 = 0
        for range in other.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > next { ranges.append(next...range.lowerBound - 1) }
            next = max(next, range.upperBound + 1)
        }
        ranges.append(next...0x10ffff)
    }

    static func range(_ first: Character, _ last: Character) -> ClosedRange<UInt32> {
        (first.unicodeScalars.first?.value ?? 0)...(last.unicodeScalars.first?.value ?? 0)
    }

    static let digits = [range("0", "9")]
    static let spaces: [ClosedRange<UInt32>] = [9...10, 12...13, 32...32]
    static let words = [range("0", "9"), range("A", "Z"), range("_", "_"), range("a", "z")]

    /// POSIX classes, as in `[[:alpha:]]`.
    static let named: [String: [ClosedRange<UInt32>]] = [
        "alnum": [range("0", "9"), range("A", "Z"), range("a", "z")], "alpha": [range("A", "Z"), range("a", "z")],
        "ascii": [0...127], "blank": [9...9, 32...32], "cntrl": [0...31, 127...127], "digit": digits, "graph": [33...126],
        "lower": [range("a", "z")], "print": [32...126], "punct": [33...47, 58...64, 91...96, 123...126],
        "space": [9...13, 32...32], "upper": [range("A", "Z")], "word": words,
        "xdigit": [range("0", "9"), range("A", "F"), range("a", "f")],
    ]
}

/// Letters that are the same but for case.
enum CaseFolding {
    static func variants(of scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        let (lower, upper) = (
            single(scalar.properties.lowercaseMapping, scalar), single(scalar.properties.uppercaseMapping, scalar)
        )
        var variants = [
            scalar, lower, upper, single(upper.properties.lowercaseMapping, upper),
            single(lower.properties.uppercaseMapping, lower),
        ]
        // Letters whose other cases alone lead to them: long s, Kelvin, final sigma.
        switch upper {
        case "S": variants.append("\u{17f}")
        case "K": variants.append("\u{212a}")
        case "\u{3a3}": variants.append("\u{3c2}")
        case "\u{c5}": variants.append("\u{212b}")
        default: break
        }
        return variants
    }

    private static func single(_ mapping: String, _ fallback: Unicode.Scalar) -> Unicode.Scalar {
        let scalars = mapping.unicodeScalars
        return scalars.count == 1 ? scalars.first ?? fallback : fallback
    }
}

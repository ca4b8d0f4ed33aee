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
package indirect enum RegexSyntax {
    case empty
    case characters(CharacterSet)
    case assertion(Assertion)
    case sequence([RegexSyntax])
    case alternatives([RegexSyntax])
    /// Without an upper bound where `most` is nil.
    case repeated(RegexSyntax, least: Int, most: Int?)

    package enum Assertion {
        case textStart, textEnd, lineStart, lineEnd, wordBoundary, notWordBoundary
    }

    /// Nil for a pattern that is none, or that is larger than an expression may ask for.
    package init?(pattern: String) {
        guard let syntax = try? RegexParser.parse(pattern, limits: RegexLimits(Limits.default)) else { return nil }
        self = syntax
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
package struct CharacterSet {
    var ranges: [ClosedRange<UInt32>] = []
    /// General categories, and whether they are meant or all others.
    var categories: [(members: Set<Unicode.GeneralCategory>, isNegated: Bool)] = []
    /// Sets of ranges, each for all characters that it does not have.
    var complements: [[ClosedRange<UInt32>]] = []
    var isNegated = false
    var ignoresCase = false

    static func one(_ scalar: Unicode.Scalar) -> CharacterSet { CharacterSet(ranges: [scalar.value...scalar.value]) }

    /// Whether the set has the character. Where case does not count, a character is one with every other of its orbit, and
    /// what is negated is so after that (RE2: a folded class, then its complement).
    package func contains(_ scalar: Unicode.Scalar) -> Bool {
        guard ignoresCase else { return holds(CollectionOfOne(scalar)) != isNegated }
        return holds(CaseFolding.orbit(of: scalar)) != isNegated
    }

    /// - Parameter variants: one character in each case that it has.
    private func holds(_ variants: some Collection<Unicode.Scalar>) -> Bool {
        for variant in variants {
            for range in ranges where range.contains(variant.value) { return true }
        }
        for category in categories {
            let isMember = variants.contains { category.members.contains($0.properties.generalCategory) }
            if isMember != category.isNegated { return true }
        }
        for complement in complements
        where !variants.contains(where: { variant in complement.contains { $0.contains(variant.value) } }) { return true }
        return false
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

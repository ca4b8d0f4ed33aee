import Canonical

extension DeclaredField {
    /// A value that it may have, or none: now and then a request lacks an input.
    ///
    /// - Parameters:
    ///   - numbers: those that policies name, which come before others.
    ///   - texts: likewise.
    package func sample(_ random: inout SplitMix64, near numbers: [Int], _ texts: [String]) -> InputValue? {
        if case .input = source, random.below(6) == 0 { return nil }
        switch type {
        case .boolean: return .flag(random.below(2) == 0)
        case .integer(let range):
            let bounds = [range.lowerBound, min(range.lowerBound + 1, range.upperBound), range.upperBound]
            let near = numbers.filter(range.contains) + bounds
            return random.element(of: near).map(InputValue.integer)
        case .choice, .country:
            let words = type.words ?? []
            let named = texts.filter(words.contains)
            return random.element(of: named.isEmpty || random.below(3) == 0 ? words : named).map(InputValue.word)
        }
    }
}

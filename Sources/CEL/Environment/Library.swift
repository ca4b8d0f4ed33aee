/// What an environment offers beyond the core of the language.
package enum Library: String, CaseIterable, Hashable, Sendable {
    /// `charAt`, `indexOf`, `format` and the other functions on strings.
    case strings
    /// `math.greatest`, `math.bitAnd` and the other functions on numbers.
    case math
    /// `optional.of`, `e.?f`, `e[?i]`, `optMap` …
    case optionals
    /// `cel.bind`.
    case bindings
    /// `cel.block`.
    case blocks
    /// `base64.encode`, `base64.decode`.
    case encoders
    /// `all(i, v, …)`, `transformList`, `transformMap` …
    case twoVariableComprehensions
}

extension Set<Library> {
    package static let all = Set(Library.allCases)
}

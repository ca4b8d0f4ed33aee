/// What an input may be.
public enum InputType: Hashable, Sendable {
    /// One of some words.
    case choice([String])
    case integer(ClosedRange<Int>)
    case boolean
    /// A country by its two letters (ISO 3166-1 alpha-2), or ``unknownCountry``.
    case country

    /// The code that ISO 3166-1 leaves to its users, and that stands for a country that is not known.
    public static let unknownCountry = "ZZ"

    /// The countries by their two letters, and ``unknownCountry``.
    private static let countries = Country.codes + [unknownCountry]

    /// Whether a value is of this type, in the form in which it is recorded.
    package func takes(_ value: InputValue) -> Bool {
        switch self {
        case .choice(let words): value.word.map(words.contains) ?? false
        case .integer(let range): value.number.map(range.contains) ?? false
        case .boolean: value.flag != nil
        case .country: value.word.map { $0 == Self.unknownCountry || Country.isCode($0) } ?? false
        }
    }

    /// The value in the form in which it is recorded: a country's code, which people spell in several ways, in two capital letters.
    /// Nil where it is none of this type.
    public func normalized(_ value: InputValue) -> InputValue? {
        if case .country = self, case .word(let code) = value, let country = Country(code) { return .word(country.alpha2) }
        return takes(value) ? value : nil
    }

    /// The words that it may be; nil where it is no word.
    package var words: [String]? {
        switch self {
        case .choice(let words): words
        case .country: Self.countries
        case .integer, .boolean: nil
        }
    }

    /// As a policy file names it.
    package enum Name: String, CaseIterable, Hashable, Sendable {
        case choice, integer, boolean, country
    }

    package var name: Name {
        switch self {
        case .choice: .choice
        case .integer: .integer
        case .boolean: .boolean
        case .country: .country
        }
    }

    /// The values in short: `low, medium, high`, `0–100`, or the name of the type.
    package var summary: String {
        switch self {
        case .choice(let words): words.joined(separator: ", ")
        case .integer(let range): "\(range.lowerBound)–\(range.upperBound)"
        case .boolean: "true, false"
        case .country: "ISO 3166-1"
        }
    }

    /// What a value must be, after "must be".
    package var requirement: String {
        switch self {
        case .choice(let words): "one of " + words.joined(separator: ", ")
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .boolean: "true or false"
        case .country: "a country's code of two letters (ISO 3166-1), or \(Self.unknownCountry) where it is not known"
        }
    }
}

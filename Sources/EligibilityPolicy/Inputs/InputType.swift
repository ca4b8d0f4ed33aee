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

    /// The value in the form in which it is recorded: a country's code in two capital letters. Nil where it is none of this type.
    public func normalized(_ value: InputValue) -> InputValue? {
        switch self {
        case .choice(let words):
            guard case .word(let word) = value, words.contains(where: { $0.utf8.elementsEqual(word.utf8) }) else { return nil }
            return value
        case .integer(let range):
            guard case .integer(let number) = value, range.contains(number) else { return nil }
            return value
        case .boolean:
            guard case .flag = value else { return nil }
            return value
        case .country:
            guard case .word(let code) = value else { return nil }
            return code == Self.unknownCountry ? value : Country(code).map { .word($0.alpha2) }
        }
    }

    /// The words that it may be; nil where it is no word.
    package var words: [String]? {
        switch self {
        case .choice(let words): words
        case .country: Country.codes + [Self.unknownCountry]
        case .integer, .boolean: nil
        }
    }

    /// As a policy file names it.
    package var name: String {
        switch self {
        case .choice: "choice"
        case .integer: "integer"
        case .boolean: "boolean"
        case .country: "country"
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

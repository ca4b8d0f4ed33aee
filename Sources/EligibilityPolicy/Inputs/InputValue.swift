/// What a portal says with a request of one thing that a policy asks for. Never free text: a policy says what it may be.
public enum InputValue: Hashable, Sendable {
    /// One of a list of words, or the code of a country.
    case word(String)
    case integer(Int)
    case flag(Bool)
}

extension InputValue: CustomStringConvertible {
    /// As people write it, in files and on the command line.
    public var description: String {
        switch self {
        case .word(let word): word
        case .integer(let number): String(number)
        case .flag(let flag): flag ? "true" : "false"
        }
    }

    /// Reads what people wrote: `true`, `false`, a whole number as it is usually written (not `+5`, not `007`), or else a word. No
    /// word of a policy looks like one of the others.
    package init(_ text: String) {
        switch text {
        case "true": self = .flag(true)
        case "false": self = .flag(false)
        default:
            let number = Int(text)
            self = number.flatMap { String($0) == text ? InputValue.integer($0) : nil } ?? .word(text)
        }
    }

    package var word: String? {
        if case .word(let word) = self { word } else { nil }
    }

    package var number: Int? {
        if case .integer(let number) = self { number } else { nil }
    }

    package var flag: Bool? {
        if case .flag(let flag) = self { flag } else { nil }
    }
}

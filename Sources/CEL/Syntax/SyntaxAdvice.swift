/// What to write instead of what people write who know other languages, or none.
///
/// All of it is advice only: an expression is refused for what the grammar says, never for what is guessed here.
enum SyntaxAdvice {
    /// - Parameters:
    ///   - text: the expression before the character.
    ///   - next: the character after it.
    static func character(_ character: Unicode.Scalar, after text: String, before next: Unicode.Scalar?) -> String? {
        switch character {
        case "=":
            if next == "<" || next == ">" { return "write \(next == "<" ? "<=" : ">=")" }
            return text.hasSuffix("!=") ? "write !=" : "write == to compare"
        case "&": return "write && for 'and'"
        case "|": return "write || for 'or'"
        case ";": return "remove it: the end of an expression needs no mark"
        case "#": return "a comment begins with //"
        default: break
        }
        if character.isInvisible { return "it cannot be seen: delete it, and retype what stands around it" }
        guard let plain = character.plainSpelling else { return nil }
        return character.isTypographicQuote ? "write ' or \"" : "write \(plain)"
    }

    /// - Parameters:
    ///   - token: what stands where the grammar has something else.
    ///   - previous: what stands before it.
    static func token(_ token: Token, after previous: Token?, in source: SourceText) -> String? {
        if case .identifier(let unit) = token.kind, case .int? = previous?.kind, let previous,
            let advice = span(of: source.text(in: previous.range), unit: unit)
        {
            return advice
        }
        // As in `not device.shareable`, which reads as a name and what cannot follow it.
        if case .identifier(let word)? = previous?.kind, ["not", "if", "unless", "when"].contains(word.lowercased()) {
            return words(word)
        }
        switch token.kind {
        case .symbol(.greater): return previous?.kind == .symbol(.less) ? "write != for <>" : nil
        case .identifier: return words(source.text(from: token.range.lowerBound))
        default: return nil
        }
    }

    /// What the first words of a text are called in the language; nil where that cannot be told.
    static func words(_ text: String) -> String? {
        var words = text.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.prefix(6).map { $0.lowercased() }[...]
        guard let first = words.first else { return nil }
        if let symbol = Self.symbols[first] { return "write \(symbol) for '\(first)'" }
        switch first {
        case "not" where words.dropFirst().first == "in": return "write !(… in …)"
        case "not": return "write ! for 'not'"
        case "if", "then", "else", "when", "unless": return "write CONDITION ? VALUE : OTHER"
        case "contains", "includes", "has": return "write TEXT.contains(PART), or ELEMENT in LIST"
        case "like", "matches": return "write TEXT.matches(PATTERN)"
        case "starts", "startswith", "begins": return "write TEXT.startsWith(PART)"
        case "ends", "endswith": return "write TEXT.endsWith(PART)"
        case "between": return "write LEAST <= VALUE && VALUE <= MOST"
        default: break
        }
        let isNegated = words.contains("not") || words.contains("no")
        let fillers: Set<String> = ["is", "are", "at", "not", "no", "equals", "equal", "to", "be", "must"]
        let phrase = words.prefix { fillers.contains($0) }
        words = words.dropFirst(phrase.count)
        if let compared = words.first, let symbol = comparison(compared, words.dropFirst(), isNegated: isNegated) {
            return "write \(symbol) for '\((phrase + [compared]).joined(separator: " "))'"
        }
        guard ["is", "are", "equals", "equal"].contains(first) else { return nil }
        return isNegated ? "write != for 'is not'" : "write == for '\(first)'"
    }

    private static let symbols = [
        "and": "&&", "or": "||", "xor": "!=", "mod": "%", "div": "/", "plus": "+", "minus": "-", "times": "*", "eq": "==",
        "ne": "!=", "neq": "!=", "lt": "<", "gt": ">", "le": "<=", "lte": "<=", "ge": ">=", "gte": ">=",
    ]

    private static let less: Set<String> = [
        "less", "smaller", "fewer", "lower", "below", "under", "before", "earlier", "younger",
    ]
    private static let more: Set<String> = ["greater", "more", "larger", "higher", "above", "over", "after", "later", "older"]

    private static func comparison(_ word: String, _ rest: ArraySlice<String>, isNegated: Bool) -> String? {
        if word == "least" { return ">=" }
        if word == "most" { return "<=" }
        guard less.contains(word) || more.contains(word) else { return nil }
        let isLess = less.contains(word) != isNegated
        let isInclusive = isNegated || rest.contains("equal") || rest.contains("equals")
        return (isLess ? "<" : ">") + (isInclusive ? "=" : "")
    }

    // MARK: Spans

    /// How a number of units of time is written; nil where it is none.
    static func span(of number: String, unit: String) -> String? {
        if number.utf8.allSatisfy(isDigit), unit.hasPrefix("_") { return "write the digits of a number without '_'" }
        guard let (count, suffix) = hours(number, unit) else { return nil }
        return "write duration('\(count)\(suffix)')"
    }

    /// A text that was to be a duration, such as `7d` or `7 days`, as one.
    static func duration(_ text: String) -> String? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let (count, suffix) = hours(String(digits), text.dropFirst(digits.count).filter { $0 != " " }) else { return nil }
        return "\(count)\(suffix)"
    }

    private static func hours(_ number: String, _ unit: String) -> (count: Int64, suffix: String)? {
        let scale: (factor: Int64, suffix: String)
        switch unit.lowercased() {
        case "w", "week", "weeks": scale = (168, "h")
        case "d", "day", "days": scale = (24, "h")
        case "h", "hr", "hrs", "hour", "hours": scale = (1, "h")
        case "m", "min", "mins", "minute", "minutes": scale = (1, "m")
        case "s", "sec", "secs", "second", "seconds": scale = (1, "s")
        default: return nil
        }
        guard let count = Int64(number) else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: scale.factor)
        return overflow ? nil : (product, scale.suffix)
    }
}

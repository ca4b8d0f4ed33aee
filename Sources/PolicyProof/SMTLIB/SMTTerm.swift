import CEL

/// A term of SMT-LIB 2, by its place among the terms of a script.
struct SMTTerm: Hashable, Comparable {
    let place: Int

    static func < (left: SMTTerm, right: SMTTerm) -> Bool { left.place < right.place }
}

/// The terms of a script. Equal terms are one, so that what is used often is written once.
final class SMTTerms {
    enum Node: Hashable {
        /// A symbol or a number.
        case atom(String)
        case apply(String, [SMTTerm])
        /// Conditions on texts. How a text is written depends on what is asked of it in the whole script.
        case isText(TextVariable, SMTText)
        case isSame(TextVariable, TextVariable)
        case fits(TextVariable, TextPattern)
    }

    enum Sort: String {
        case truth = "Bool"
        case number = "Int"
        /// Of an enumeration.
        case other
    }

    private(set) var nodes: [(node: Node, sort: Sort)] = []
    private var places: [Node: Int] = [:]

    private(set) lazy var yes = make(.atom("true"), .truth)
    private(set) lazy var no = make(.atom("false"), .truth)

    func make(_ node: Node, _ sort: Sort) -> SMTTerm {
        if let place = places[node] { return SMTTerm(place: place) }
        places[node] = nodes.count
        nodes.append((node, sort))
        return SMTTerm(place: nodes.count - 1)
    }

    func children(of term: SMTTerm) -> [SMTTerm] {
        if case .apply(_, let children) = nodes[term.place].node { children } else { [] }
    }

    // MARK: Conditions

    func truth(_ flag: Bool) -> SMTTerm { flag ? yes : no }

    func not(_ term: SMTTerm) -> SMTTerm {
        if term == yes { return no }
        if term == no { return yes }
        if case .apply("not", let inner) = nodes[term.place].node { return inner[0] }
        return make(.apply("not", [term]), .truth)
    }

    func all(_ terms: [SMTTerm]) -> SMTTerm { connected(terms, "and", neutral: yes, absorbing: no) }

    func any(_ terms: [SMTTerm]) -> SMTTerm { connected(terms, "or", neutral: no, absorbing: yes) }

    private func connected(_ terms: [SMTTerm], _ name: String, neutral: SMTTerm, absorbing: SMTTerm) -> SMTTerm {
        var seen: Set<SMTTerm> = []
        var parts: [SMTTerm] = []
        for term in terms where term != neutral && seen.insert(term).inserted {
            if term == absorbing || seen.contains(not(term)) { return absorbing }
            parts.append(term)
        }
        return parts.isEmpty ? neutral : parts.count == 1 ? parts[0] : make(.apply(name, parts), .truth)
    }

    func choice(_ condition: SMTTerm, _ one: SMTTerm, _ other: SMTTerm) -> SMTTerm {
        if condition == yes || one == other { return one }
        if condition == no { return other }
        return make(.apply("ite", [condition, one, other]), nodes[one.place].sort)
    }

    // MARK: Numbers

    func number(_ value: Int128) -> SMTTerm { make(.atom(value < 0 ? "(- \(value.magnitude))" : "\(value)"), .number) }

    func sum(_ terms: [SMTTerm]) -> SMTTerm {
        let zero = number(0)
        let parts = terms.filter { $0 != zero }
        return parts.isEmpty ? zero : parts.count == 1 ? parts[0] : make(.apply("+", parts), .number)
    }

    func difference(_ one: SMTTerm, _ other: SMTTerm) -> SMTTerm {
        if other == number(0) { return one }
        return make(.apply("-", [one, other]), .number)
    }

    func product(_ factor: Int128, _ term: SMTTerm) -> SMTTerm {
        factor == 1 ? term : make(.apply("*", [number(factor), term]), .number)
    }

    /// Rounded down, for a positive divisor.
    func floor(_ term: SMTTerm, _ divisor: Int128) -> SMTTerm {
        divisor == 1 ? term : make(.apply("div", [term, number(divisor)]), .number)
    }

    /// What is left of that.
    func rest(_ term: SMTTerm, _ divisor: Int128) -> SMTTerm { make(.apply("mod", [term, number(divisor)]), .number) }

    func compare(_ comparison: String, _ one: SMTTerm, _ other: SMTTerm) -> SMTTerm {
        if one == other { return truth(comparison == "<=" || comparison == "=") }
        return make(.apply(comparison, [one, other]), .truth)
    }

    func isAtMost(_ one: SMTTerm, _ other: SMTTerm) -> SMTTerm { compare("<=", one, other) }

    func isLess(_ one: SMTTerm, _ other: SMTTerm) -> SMTTerm { compare("<", one, other) }

    func isEqual(_ one: SMTTerm, _ other: SMTTerm) -> SMTTerm { compare("=", one, other) }

    func isPositive(_ count: SMTTerm) -> SMTTerm { count == number(0) ? no : isLess(number(0), count) }
}

/// A text, compared byte for byte: texts that only look alike are different texts.
struct SMTText: Hashable {
    let text: String

    static func == (left: SMTText, right: SMTText) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    func hash(into hasher: inout Hasher) { for byte in text.utf8 { hasher.combine(byte) } }

    /// As SMT-LIB spells a text: visible characters of ASCII, and others by their numbers. Nil where it has a character that the
    /// texts of SMT-LIB lack.
    var literal: String? {
        var written = "\""
        for scalar in text.unicodeScalars {
            guard scalar.value <= SMTRegex.lastCharacter else { return nil }
            switch scalar {
            case "\"": written += "\"\""
            case "\\": written += "\\u{5c}"
            case " "..."~": written.unicodeScalars.append(scalar)
            default: written += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return written + "\""
    }
}

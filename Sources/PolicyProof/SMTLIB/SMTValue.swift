import CEL

/// What an expression is worth: one of several alternatives, each under its condition. On all facts exactly one condition holds.
typealias SMTValue = [SMTAlternative]

struct SMTAlternative {
    let condition: SMTTerm
    let value: Atom

    /// Of one kind, and with no condition in it.
    indirect enum Atom {
        case known(CELValue)
        case integer(SMTTerm)
        /// Spans and moments are counted in the unit of the script.
        case span(SMTTerm)
        case moment(SMTTerm)
        /// `double(…)` of a whole number.
        case real(SMTTerm)
        case text(TextVariable)
        /// How many code points a text has.
        case size(TextVariable)
        /// A list in no order, with how many there are of each element.
        case bag([(element: Atom, count: SMTTerm)])
        case list([SMTValue])
        /// The evaluation fails.
        case failure
        /// Not understood: the number of a meaning. Two with the same number have the same value.
        case opaque(Int)
    }
}

extension SMTAlternative.Atom {
    /// Spells it, so that two that are spelt alike are the same on the same facts.
    var spelling: String {
        switch self {
        case .known(let value): "known \(value.type) \(value)"
        case .integer(let term): "integer \(term.place)"
        case .span(let term): "span \(term.place)"
        case .moment(let term): "moment \(term.place)"
        case .real(let term): "real \(term.place)"
        case .text(let text): "text \(text)"
        case .size(let text): "size \(text)"
        case .bag(let elements): "bag \(elements.map { "\($0.element.spelling) \($0.count.place)" })"
        case .list(let elements): "list \(elements.map(\.spelling))"
        case .failure: "failure"
        case .opaque(let number): "opaque \(number)"
        }
    }
}

extension SMTValue {
    var spelling: String { map { "\($0.condition.place): \($0.value.spelling)" }.joined(separator: "; ") }
}

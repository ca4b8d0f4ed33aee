import CEL

/// How the texts of a script are written: as strings, where more is asked of one than whether it is the same as another, or of one
/// that it is compared with; else as values of a sort of which nothing else is known.
struct TextSorts {
    private(set) var variables: Set<TextVariable> = []
    /// Of those that are no strings.
    private(set) var constants: [SMTText] = []
    /// Conditions that SMT-LIB has no words for, by their names.
    private(set) var free: [(name: String, comment: String)] = []

    private var strings: Set<TextVariable> = []
    private var places: [SMTText: Int] = [:]

    init() {}

    /// Those of all terms below some.
    init(_ terms: SMTTerms, below roots: [SMTTerm]) {
        var seen: Set<SMTTerm> = []
        var pending = roots
        var same: [(TextVariable, TextVariable)] = []
        var compared: [(TextVariable, SMTText)] = []
        while let term = pending.popLast() {
            guard seen.insert(term).inserted else { continue }
            switch terms.nodes[term.place].node {
            case .atom: break
            case .apply(_, let parts): pending += parts
            case .isText(let variable, let text):
                variables.insert(variable)
                compared.append((variable, text))
            case .isSame(let one, let other):
                variables.formUnion([one, other])
                same.append((one, other))
            case .fits(let variable, _):
                variables.insert(variable)
                strings.insert(variable)
            }
        }
        var isGrowing = true
        while isGrowing {
            isGrowing = false
            for (one, other) in same where strings.contains(one) != strings.contains(other) {
                strings.formUnion([one, other])
                isGrowing = true
            }
        }
        let used = Set(compared.filter { !strings.contains($0.0) }.map(\.1))
        constants = used.sorted { $0.text.utf8.lexicographicallyPrecedes($1.text.utf8) }
        for (place, constant) in constants.enumerated() { places[constant] = place + 1 }
    }

    func isString(_ variable: TextVariable) -> Bool { strings.contains(variable) }

    private func symbol(_ variable: TextVariable) -> String { SMTScript.symbol(SMTScript.name(of: variable)) }

    mutating func isText(_ variable: TextVariable, _ text: SMTText) -> String {
        guard isString(variable) else { return "(= \(symbol(variable)) text.\(places[text] ?? 0))" }
        guard let literal = text.literal else { return free("\(SMTScript.name(of: variable)) == '\(text.text)'") }
        return "(= \(symbol(variable)) \(literal))"
    }

    func isSame(_ one: TextVariable, _ other: TextVariable) -> String { "(= \(symbol(one)) \(symbol(other)))" }

    mutating func fits(_ variable: TextVariable, _ pattern: TextPattern) -> String {
        let (name, symbol) = (SMTScript.name(of: variable), symbol(variable))
        switch pattern {
        case .sizeAtMost(let size): return "(<= (str.len \(symbol)) \(size))"
        case .prefix(let part):
            guard let literal = SMTText(text: part).literal else { return free("\(name).startsWith('\(part)')") }
            return "(str.prefixof \(literal) \(symbol))"
        case .suffix(let part):
            guard let literal = SMTText(text: part).literal else { return free("\(name).endsWith('\(part)')") }
            return "(str.suffixof \(literal) \(symbol))"
        case .contains(let part):
            guard let literal = SMTText(text: part).literal else { return free("\(name).contains('\(part)')") }
            return "(str.contains \(symbol) \(literal))"
        case .matches(let pattern):
            guard let language = SMTRegex.language(of: pattern) else { return free("\(name).matches('\(pattern)')") }
            return "(str.in_re \(symbol) \(language))"
        // The translation asks for each text by itself.
        case .equals, .oneOf: return free("\(name) is one of some texts")
        }
    }

    /// A condition of which nothing is known. Two that are spelt alike are one: their terms are.
    private mutating func free(_ comment: String) -> String {
        let name = "unknown.text.\(free.count + 1)"
        free.append((name, comment))
        return name
    }
}

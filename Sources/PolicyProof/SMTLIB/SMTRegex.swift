import CEL

/// Regular expressions as SMT-LIB writes them.
enum SMTRegex {
    /// The last character that texts of SMT-LIB have: planes 0 to 2 of Unicode.
    static let lastCharacter: UInt32 = 0x2_FFFF

    /// The language of all texts in which a pattern is found. Nil where that is not understood: for a beginning or an end within a
    /// pattern, lines, and the bounds of words.
    static func language(of pattern: String) -> String? {
        guard let syntax = RegexSyntax(pattern: pattern) else { return nil }
        var branches: [String] = []
        for branch in alternatives(syntax) {
            var parts = flat(branch)
            var (isAtStart, isAtEnd) = (false, false)
            while case .assertion(.textStart)? = parts.first {
                isAtStart = true
                parts.removeFirst()
            }
            while case .assertion(.textEnd)? = parts.last {
                isAtEnd = true
                parts.removeLast()
            }
            guard let body = written(.sequence(parts)) else { return nil }
            branches.append(sequence((isAtStart ? [] : ["re.all"]) + [body] + (isAtEnd ? [] : ["re.all"])))
        }
        return union(branches)
    }

    private static func alternatives(_ syntax: RegexSyntax) -> [RegexSyntax] {
        switch syntax {
        case .alternatives(let branches): branches.flatMap(alternatives)
        case .sequence(let parts) where parts.count == 1: alternatives(parts[0])
        case .empty, .characters, .assertion, .sequence, .repeated: [syntax]
        }
    }

    private static func flat(_ syntax: RegexSyntax) -> [RegexSyntax] {
        switch syntax {
        case .sequence(let parts): parts.flatMap(flat)
        case .empty: []
        case .characters, .assertion, .alternatives, .repeated: [syntax]
        }
    }

    private static func sequence(_ parts: [String]) -> String {
        switch parts.count {
        case 0: "(str.to_re \"\")"
        case 1: parts[0]
        default: "(re.++ \(parts.joined(separator: " ")))"
        }
    }

    private static func union(_ parts: [String]) -> String {
        switch parts.count {
        case 0: "re.none"
        case 1: parts[0]
        default: "(re.union \(parts.joined(separator: " ")))"
        }
    }

    private static func written(_ syntax: RegexSyntax) -> String? {
        switch syntax {
        case .empty: return sequence([])
        case .assertion: return nil
        case .characters(let set): return characters(set)
        case .sequence(let parts):
            var all: [String] = []
            for part in parts {
                guard let part = written(part) else { return nil }
                all.append(part)
            }
            return sequence(all)
        case .alternatives(let parts):
            var all: [String] = []
            for part in parts {
                guard let part = written(part) else { return nil }
                all.append(part)
            }
            return union(all)
        case .repeated(let part, let least, let most):
            guard let part = written(part) else { return nil }
            if let most { return "((_ re.loop \(least) \(most)) \(part))" }
            return least == 0 ? "(re.* \(part))" : "(re.++ ((_ re.^ \(least)) \(part)) (re.* \(part)))"
        }
    }

    /// The characters of a set, stretch by stretch. Half a pair of surrogates, which no text has, counts as a character that nobody
    /// uses does, so that a length is one of texts that there are.
    /// Nil where the set tells characters apart that solvers do not have.
    private static func characters(_ set: CharacterSet) -> String? {
        let unused = Unicode.Scalar(0xE000 as UInt16).map(set.contains) ?? false
        let beyond = (lastCharacter + 1...0x10_FFFF).lazy.compactMap(Unicode.Scalar.init).map(set.contains)
        guard beyond.allSatisfy({ $0 == unused }) else { return nil }
        var stretches: [(first: UInt32, last: UInt32)] = []
        for value in 0...lastCharacter where Unicode.Scalar(value).map(set.contains) ?? unused {
            if let last = stretches.last, last.last + 1 == value {
                stretches[stretches.count - 1].last = value
            } else {
                stretches.append((value, value))
            }
        }
        if stretches.count == 1, stretches[0] == (0, lastCharacter) { return "re.allchar" }
        return union(
            stretches.map { first, last in
                first == last ? "(str.to_re \(character(first)))" : "(re.range \(character(first)) \(character(last)))"
            })
    }

    private static func character(_ value: UInt32) -> String { "\"\\u{\(String(value, radix: 16))}\"" }
}

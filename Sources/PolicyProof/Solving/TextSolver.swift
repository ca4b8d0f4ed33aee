import CEL

/// Finds texts that satisfy what is assumed of them.
struct TextSolver {
    enum Outcome {
        case found([TextVariable: String])
        /// There are none.
        case none
        case unknown
    }

    private let atoms: [TextAtom: Bool]
    private let plain: (TextVariable) -> String
    /// Texts that a variable may not be, whatever is assumed.
    private let forbidden: (TextVariable) -> [String]

    init(_ atoms: [TextAtom: Bool], plain: @escaping (TextVariable) -> String, forbidden: @escaping (TextVariable) -> [String]) {
        self.atoms = atoms
        self.plain = plain
        self.forbidden = forbidden
    }

    fileprivate struct Group {
        var variables: [TextVariable]
        var patterns: [(pattern: TextPattern, holds: Bool)] = []
        var text: String?
    }

    func solve() -> Outcome {
        var groups = groups()
        let place = Dictionary(
            groups.indices.flatMap { index in groups[index].variables.map { ($0, index) } },
            uniquingKeysWith: { first, _ in first })
        var different: [(Int, Int)] = []
        for (atom, holds) in atoms {
            switch atom {
            case .same(let one, let other):
                guard !holds, let first = place[one], let second = place[other] else { continue }
                if first == second { return .none }
                different.append((first, second))
            case .pattern(let variable, let pattern):
                if let group = place[variable] { groups[group].patterns.append((pattern, holds)) }
            }
        }
        for index in groups.indices {
            for variable in groups[index].variables {
                groups[index].patterns += forbidden(variable).map { (.equals($0), false) }
            }
        }
        var isUnknown = false
        // Those that are bound to a text first: the others keep away from them.
        let order = groups.indices.sorted { (groups[$0].isBound ? 0 : 1, $0) < (groups[$1].isBound ? 0 : 1, $1) }
        for index in order {
            let taken = different.compactMap { one, other -> String? in
                one == index ? groups[other].text : other == index ? groups[one].text : nil
            }
            switch text(for: groups[index], apartFrom: taken) {
            case .found(let text): groups[index].text = text
            case .none:
                // Bound ones cannot be otherwise; of others, a text chosen before may be in the way.
                if groups[index].isBound || taken.isEmpty || Self.isImpossible(groups[index]) { return .none }
                isUnknown = true
            case .unknown: isUnknown = true
            }
        }
        if isUnknown { return .unknown }
        var texts: [TextVariable: String] = [:]
        for group in groups { for variable in group.variables { texts[variable] = group.text } }
        return .found(texts)
    }

    /// Variables that are assumed to be the same.
    private func groups() -> [Group] {
        var groups: [Group] = []
        func merge(_ variables: [TextVariable]) {
            let touched = groups.indices.filter { groups[$0].variables.contains { variables.contains($0) } }
            var merged = variables
            for index in touched.reversed() { merged += groups.remove(at: index).variables }
            var seen: Set<TextVariable> = []
            groups.append(Group(variables: merged.filter { seen.insert($0).inserted }))
        }
        // In an order of their own, so that the same question has the same answer.
        for (atom, holds) in atoms.sorted(by: { "\($0.key)" < "\($1.key)" }) {
            switch atom {
            case .pattern(let variable, _): merge([variable])
            case .same(let one, let other):
                if holds {
                    merge([one, other])
                } else {
                    merge([one])
                    merge([other])
                }
            }
        }
        return groups
    }

    private func text(for group: Group, apartFrom taken: [String]) -> TextSearcher.Outcome {
        if let bound = group.bound {
            let isFine = !taken.contains { $0.utf8.elementsEqual(bound.utf8) }
            return isFine && Self.holds(group.patterns, bound) ? .found(bound) : .none
        }
        let patterns = group.patterns + taken.map { (.equals($0), false) }
        for candidate in candidates(group) where Self.holds(patterns, candidate) { return .found(candidate) }
        return TextSearcher.text(where: patterns)
    }

    /// Texts that read well.
    private func candidates(_ group: Group) -> [String] {
        let start = group.variables.map(plain)
        return start + (2...4).flatMap { number in start.map { "\($0)-\(number)" } }
    }

    private static func holds(_ patterns: [(pattern: TextPattern, holds: Bool)], _ text: String) -> Bool {
        patterns.allSatisfy { $0.pattern.holds(for: text) == $0.holds }
    }

    private static func isImpossible(_ group: Group) -> Bool { TextSearcher.text(where: group.patterns) == .none }
}

extension TextSolver.Group {
    /// The text that it is assumed to be.
    fileprivate var bound: String? {
        for case (.equals(let text), true) in patterns { return text }
        return nil
    }

    fileprivate var isBound: Bool { bound != nil }
}

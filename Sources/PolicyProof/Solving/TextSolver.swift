import CEL

/// Finds texts that satisfy what is assumed of them.
struct TextSolver {
    enum Outcome {
        case found([TextVariable: String])
        /// There are none.
        case none
        case unknown
    }

    private let world: World
    private let atoms: [(atom: TextAtom, holds: Bool)]
    private let plain: (TextVariable) -> String
    /// Texts that a variable may not be, whatever is assumed.
    private let forbidden: (TextVariable) -> [String]

    init(
        _ atoms: [(atom: TextAtom, holds: Bool)], in world: World, plain: @escaping (TextVariable) -> String,
        forbidden: @escaping (TextVariable) -> [String]
    ) {
        self.atoms = atoms
        self.world = world
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
        // Devices of the owner's that are not the one asked for.
        if let asked = place[.deviceID] {
            for (variable, index) in place where variable.isOtherDevice {
                if index == asked { return .none }
                different.append((index, asked))
            }
        }
        for index in groups.indices {
            for variable in groups[index].variables {
                groups[index].patterns += forbidden(variable).map { (.equals($0), false) }
                if let words = world.words(of: variable) { groups[index].patterns.append((.oneOf(words), true)) }
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
                if groups[index].isBound || taken.isEmpty || isImpossible(groups[index]) { return .none }
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
        var places: [TextVariable: Int] = [:]
        for (atom, _) in atoms {
            for variable in atom.variables where places[variable] == nil {
                places[variable] = groups.count
                groups.append(Group(variables: [variable]))
            }
        }
        for case (.same(let one, let other), true) in atoms {
            guard let first = places[one], let second = places[other], first != second else { continue }
            for variable in groups[second].variables { places[variable] = first }
            groups[first].variables += groups[second].variables
            groups[second].variables = []
        }
        return groups.filter { !$0.variables.isEmpty }
    }

    private func text(for group: Group, apartFrom taken: [String]) -> TextSearcher.Outcome {
        world.steps += group.patterns.count
        let patterns = group.patterns + taken.map { (.equals($0), false) }
        if let listed = group.listed {
            for text in listed {
                world.steps += group.patterns.count / 16
                if Self.holds(patterns, text) { return .found(text) }
            }
            return .none
        }
        for candidate in candidates(group) where Self.holds(patterns, candidate) { return .found(candidate) }
        return search(patterns)
    }

    private func search(_ patterns: [(pattern: TextPattern, holds: Bool)]) -> TextSearcher.Outcome {
        TextSearcher.text(where: patterns, steps: &world.steps)
    }

    /// Texts that read well.
    private func candidates(_ group: Group) -> [String] {
        let start = group.variables.map(plain)
        return start + (2...4).flatMap { number in start.map { "\($0)-\(number)" } }
    }

    private static func holds(_ patterns: [(pattern: TextPattern, holds: Bool)], _ text: String) -> Bool {
        patterns.allSatisfy { $0.pattern.holds(for: text) == $0.holds }
    }

    private func isImpossible(_ group: Group) -> Bool {
        group.listed.map { texts in !texts.contains { Self.holds(group.patterns, $0) } } ?? (search(group.patterns) == .none)
    }
}

extension TextSolver.Group {
    /// The fewest texts of which it is assumed to be one.
    fileprivate var listed: [String]? {
        var fewest: [String]?
        for case (let pattern, true) in patterns {
            switch pattern {
            case .equals(let text): return [text]
            case .oneOf(let texts): if texts.count < fewest?.count ?? .max { fewest = texts }
            case .prefix, .suffix, .contains, .matches, .sizeAtMost: break
            }
        }
        return fewest
    }

    fileprivate var isBound: Bool { listed?.count == 1 }
}

/// What is assumed of texts, in the order in which it was.
struct TextAssumptions {
    private(set) var all: [(atom: TextAtom, holds: Bool)] = []
    private var known: [TextAtom: Bool] = [:]

    var count: Int { all.count }

    subscript(atom: TextAtom) -> Bool? { known[atom] }

    mutating func assume(_ atom: TextAtom, _ holds: Bool) {
        guard known.updateValue(holds, forKey: atom) == nil else { return }
        all.append((atom, holds))
    }

    /// Those that hang together with one of them.
    func connected(to atom: TextAtom) -> [(atom: TextAtom, holds: Bool)] {
        var reached = Set(atom.variables)
        var isGrowing = true
        while isGrowing {
            isGrowing = false
            for case .same(let one, let other) in all.lazy.map(\.atom) where reached.contains(one) != reached.contains(other) {
                reached.formUnion([one, other])
                isGrowing = true
            }
        }
        return all.filter { $0.atom.variables.contains(where: reached.contains) }
    }
}

extension TextAtom {
    var variables: [TextVariable] {
        switch self {
        case .pattern(let variable, _): [variable]
        case .same(let one, let other): [one, other]
        }
    }
}

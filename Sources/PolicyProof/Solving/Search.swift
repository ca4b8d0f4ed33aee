import EligibilityPolicy

/// Follows every way through the questions that a goal asks, until the goal is reached on each or known to be out of reach.
struct Search {
    /// What a goal says of a path that answers all of its questions.
    enum Step<Hit> {
        /// Nothing is looked for here.
        case nothing
        /// The facts that satisfy the path are what is looked for.
        case hit(Hit)
    }

    /// Paths followed for one question.
    let maximumPaths: Int
    let world: World

    /// - Parameter goal: asks what it needs to know by throwing a ``Split``; what it notes in the path is kept for what follows.
    /// - Parameter visit: a path on which the goal is reached; says whether to go on.
    /// - Returns: whether every path was followed to its end, or `visit` ended it.
    func run<Hit>(
        from start: Path, _ goal: (inout Path) throws(Split) -> Step<Hit>, visit: (Path, Hit) -> Bool
    ) -> Bool {
        var open = [start]
        var followed = 0
        while var path = open.popLast() {
            followed += 1
            guard followed <= maximumPaths, world.steps <= world.maximumSteps else { return false }
            do throws(Split) {
                switch try goal(&path) {
                case .nothing: break
                case .hit(let hit): if !visit(path, hit) { return true }
                }
            } catch {
                guard let ways = ways(on: error, from: path) else { return false }
                open += ways
            }
        }
        return !world.lacksKinds
    }

    /// The path with each answer, as far as that is not seen to be impossible; nil where the work is done.
    private func ways(on split: Split, from path: Path) -> [Path]? {
        switch split {
        case .exhausted: return nil
        case .form(let form, let limit):
            var (below, above) = (path, path)
            let bounds = path.forms[form] ?? Bounds()
            below.forms[form] = bounds.intersection(Bounds(least: nil, most: limit))
            above.forms[form] = bounds.intersection(Bounds(least: limit + 1, most: nil))
            // The last is followed first: that of the smaller numbers, which are the plainer ones.
            let ways = limit >= 0 ? [above, below] : [below, above]
            return ways.filter { !$0.isRefuted(about: form, in: world) }
        case .choice(let choice, let groups):
            // The last is followed first: that of plain facts.
            return groups.reversed().map { group in
                var way = path
                way.choices[choice] = group
                return way
            }
        case .text(let atom):
            return [true, false].compactMap { flag in
                var way = path
                way.texts.assume(atom, flag)
                let solver = TextSolver(
                    way.texts.connected(to: atom), in: world, plain: { _ in "text" }, forbidden: { _ in [] })
                world.steps += way.texts.count
                if case .none = solver.solve() { return nil }
                return way
            }
        }
    }
}

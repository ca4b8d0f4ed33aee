import CEL

/// Macros over lists: over elements that are known one by one, and over a bag of devices' kinds by how many there are of each.
/// Nil where that is not understood.
extension Reader {
    func comprehension(_ comprehension: Comprehension, _ scope: Scope) throws(Split) -> Value? {
        guard comprehension.second == nil else { return nil }
        switch try value(of: comprehension.range, scope) {
        case .failure: return .failure
        case .known(.list(let elements)): return try over(elements.map(Value.known), comprehension, scope)
        case .list(let elements): return try over(elements, comprehension, scope)
        case .bag(let elements): return try over(elements, comprehension, scope)
        default: return nil
        }
    }

    // MARK: Lists

    private func over(_ elements: [Value], _ comprehension: Comprehension, _ scope: Scope) throws(Split) -> Value? {
        var (yes, failures) = (0, 0)
        var kept: [Value] = []
        for element in elements {
            let inner = Self.scope(scope, adding: comprehension.variable, element)
            switch comprehension.kind {
            case .all, .exists:
                let absorbing: Truth = comprehension.kind == .exists ? .yes : .no
                switch try truth(of: comprehension.body, inner) {
                case absorbing: return .known(.bool(comprehension.kind == .exists))
                case .failure: failures += 1
                case .yes, .no: break
                }
            case .existsOne, .filter:
                switch try truth(of: comprehension.body, inner) {
                case .failure: return .failure
                case .yes:
                    yes += 1
                    kept.append(element)
                case .no: break
                }
            case .map:
                if let filter = comprehension.filter {
                    switch try truth(of: filter, inner) {
                    case .failure: return .failure
                    case .no: continue
                    case .yes: break
                    }
                }
                let value = try value(of: comprehension.body, inner)
                if case .failure = value { return .failure }
                if case .opaque = value { return nil }
                kept.append(value)
            case .transformList, .transformMap, .transformMapEntry: return nil
            }
        }
        switch comprehension.kind {
        case .all, .exists: return failures > 0 ? .failure : .known(.bool(comprehension.kind == .all))
        case .existsOne: return .known(.bool(yes == 1))
        case .filter, .map:
            let known = kept.compactMap { if case .known(let value) = $0 { value } else { nil } }
            return known.count == kept.count ? .known(.list(known)) : .list(kept)
        case .transformList, .transformMap, .transformMapEntry: return nil
        }
    }

    // MARK: Bags

    private func over(
        _ elements: [(element: Value, count: Int)], _ comprehension: Comprehension, _ scope: Scope
    ) throws(Split) -> Value? {
        var counts: [Truth: [Int]] = [:]
        var kept: [(element: Value, count: Int)] = []
        let condition: Expression?
        switch comprehension.kind {
        case .map: condition = comprehension.filter
        case .all, .exists, .existsOne, .filter: condition = comprehension.body
        case .transformList, .transformMap, .transformMapEntry: return nil
        }
        for (element, count) in elements {
            let inner = Self.scope(scope, adding: comprehension.variable, element)
            var truth = Truth.yes
            if let condition { truth = try self.truth(of: condition, inner) }
            counts[truth, default: []].append(count)
            guard truth == .yes else { continue }
            guard comprehension.kind == .map else {
                kept.append((element, count))
                continue
            }
            let value = try value(of: comprehension.body, inner)
            if case .failure = value { counts[.failure, default: []].append(count) }
            if case .opaque = value { return nil }
            kept.append((value, count))
        }
        let total = { (truth: Truth) in self.total(counts[truth] ?? []) }
        switch comprehension.kind {
        case .exists:
            if try isPositive(total(.yes)) { return .known(.bool(true)) }
            return try isPositive(total(.failure)) ? .failure : .known(.bool(false))
        case .all:
            if try isPositive(total(.no)) { return .known(.bool(false)) }
            return try isPositive(total(.failure)) ? .failure : .known(.bool(true))
        case .existsOne:
            if try isPositive(total(.failure)) { return .failure }
            guard try isPositive(total(.yes)) else { return .known(.bool(false)) }
            return .known(.bool(try path.isAtMost(total(.yes), 1, in: world)))
        case .filter, .map:
            return try isPositive(total(.failure)) ? .failure : .bag(kept)
        case .transformList, .transformMap, .transformMapEntry: return nil
        }
    }
}

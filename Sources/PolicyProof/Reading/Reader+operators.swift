import CEL

/// Operators on values of which not all is known. Nil where the operation is not understood.
extension Reader {
    func binary(_ binary: BinaryOperator, _ left: Value, _ right: Value) throws(Split) -> Value? {
        switch binary {
        case .equal: return try equality(left, right)
        case .notEqual:
            guard let value = try equality(left, right), case .known(.bool(let isEqual)) = value else { return nil }
            return .known(.bool(!isEqual))
        case .less, .lessOrEqual, .greater, .greaterOrEqual: return try comparison(binary, left, right)
        case .in: return try membership(left, right)
        case .add, .subtract, .multiply, .divide, .modulo: return try arithmetic(binary, left, right)
        }
    }

    // MARK: Comparisons

    /// What kind of number a value is, in nanoseconds or as it is.
    enum NumberKind: Hashable {
        case integer, span, moment
    }

    func number(_ value: Value) throws(Split) -> (number: Linear, kind: NumberKind)? {
        switch value {
        case .known(.int(let number)): (Linear(Int128(number)), .integer)
        case .known(.duration(let span)): (Linear(Int128(span.nanoseconds)), .span)
        case .known(.timestamp(let moment)):
            (Linear(Int128(moment.seconds) * 1_000_000_000 + Int128(moment.nanoseconds)), .moment)
        case .integer(let number): (number, .integer)
        case .span(let number): (number, .span)
        case .moment(let number): (number, .moment)
        case .level(let highest): (Linear(Int128(try known(highest))), .integer)
        case .known, .real, .text, .size, .bag, .list, .failure, .opaque: nil
        }
    }

    private func comparison(_ comparison: BinaryOperator, _ left: Value, _ right: Value) throws(Split) -> Value? {
        switch comparison {
        case .greater: return try self.comparison(.less, right, left)
        case .greaterOrEqual: return try self.comparison(.lessOrEqual, right, left)
        default: break
        }
        let isStrict = comparison == .less
        // What has only bounds that may be asked for is not looked up as a whole.
        if case .level(let highest) = left, case .known(.int(let limit)) = right {
            return .known(.bool(try isAtMost(highest, Int128(limit) - (isStrict ? 1 : 0))))
        }
        if case .known(.int(let limit)) = left, case .level(let highest) = right {
            return .known(.bool(try !isAtMost(highest, Int128(limit) - (isStrict ? 0 : 1))))
        }
        if case .size(let text) = left, case .known(.int(let limit)) = right {
            return .known(.bool(try isSizeAtMost(text, Int128(limit) - (isStrict ? 1 : 0))))
        }
        if case .known(.int(let limit)) = left, case .size(let text) = right {
            return .known(.bool(try !isSizeAtMost(text, Int128(limit) - (isStrict ? 0 : 1))))
        }
        if case .real(let number) = left, case .known(.double(let limit)) = right {
            return .known(.bool(try compare(number, isStrict: isStrict, limit)))
        }
        if case .known(.double(let limit)) = left, case .real(let number) = right {
            if limit.isNaN { return .known(.bool(false)) }
            return .known(.bool(try !compare(number, isStrict: !isStrict, limit)))
        }
        if case .known = left, case .known = right { return Folding.shared.binary(comparison, left, right) }
        guard let one = try number(left), let other = try number(right), one.kind == other.kind,
            let difference = one.number.adding(other.number, times: -1)
        else { return nil }
        return .known(.bool(try path.isAtMost(difference, isStrict ? -1 : 0, in: world)))
    }

    private func isSizeAtMost(_ text: TextVariable, _ limit: Int128) throws(Split) -> Bool {
        guard limit >= 0 else { return false }
        return try path.isTrue(.pattern(text, .sizeAtMost(Int(clamping: limit))))
    }

    /// Whether `double(number)` is less than a limit, or at most it. The conversion never decreases: the first number that is
    /// beyond the limit is found by halving.
    private func compare(_ number: Linear, isStrict: Bool, _ limit: Double) throws(Split) -> Bool {
        guard !limit.isNaN else { return false }
        func isBelow(_ number: Int64) -> Bool { isStrict ? Double(number) < limit : Double(number) <= limit }
        guard isBelow(.min) else { return false }
        guard !isBelow(.max) else { return true }
        var (below, beyond) = (Int128(Int64.min), Int128(Int64.max))
        while beyond - below > 1 {
            let middle = floorDivided(below + beyond, 2)
            if isBelow(Int64(middle)) { below = middle } else { beyond = middle }
        }
        return try path.isAtMost(number, below, in: world)
    }

    // MARK: Equality

    private func equality(_ left: Value, _ right: Value) throws(Split) -> Value? {
        try isEqual(left, right).map { .known(.bool($0)) }
    }

    /// Nil where that is not understood.
    func isEqual(_ left: Value, _ right: Value) throws(Split) -> Bool? {
        switch left {
        case .text(let one):
            if case .known(.string(let text)) = right { return try isText(one, text) }
            guard case .text(let other) = right else { return nil }
            return try isSame(one, other)
        case .known(let one):
            switch right {
            case .known(let other):
                if case .double = one { return Folding.shared.flag(.equal, left, right) }
                if case .double = other { return Folding.shared.flag(.equal, left, right) }
                return one.type == other.type ? one == other : Folding.shared.flag(.equal, left, right)
            case .text, .size, .bag, .real, .level: return try isEqual(right, left)
            case .integer, .span, .moment: break
            case .list, .failure, .opaque: return nil
            }
        case .size(let text):
            guard case .known(.int(let size)) = right else { return nil }
            guard try isSizeAtMost(text, Int128(size)) else { return false }
            return try !isSizeAtMost(text, Int128(size) - 1)
        case .real(let number):
            guard case .known(.double(let limit)) = right else { return nil }
            guard try compare(number, isStrict: false, limit) else { return false }
            return try !compare(number, isStrict: true, limit)
        case .bag(let elements):
            guard case .known(.list(let other)) = right, other.isEmpty else { return nil }
            return try !isPositive(total(elements.map(\.count)))
        case .level(let highest):
            if case .known(.int(let level)) = right {
                guard try isAtMost(highest, Int128(level)) else { return false }
                return try !isAtMost(highest, Int128(level) - 1)
            }
        case .integer, .span, .moment: break
        case .list, .failure, .opaque: return nil
        }
        guard let one = try number(left), let other = try number(right), one.kind == other.kind,
            let difference = one.number.adding(other.number, times: -1)
        else { return nil }
        guard try path.isAtMost(difference, 0, in: world) else { return false }
        return try !path.isAtMost(difference, -1, in: world)
    }

    private func isText(_ variable: TextVariable, _ text: String) throws(Split) -> Bool {
        if case .unlistedKind = variable {
            // Kinds that are named are kinds of their own.
            if world.kinds.contains(.named(text)) || text.isEmpty { return false }
        }
        return try path.isTrue(.pattern(variable, .equals(text)))
    }

    /// Asked as one question for a list of texts, and not for each of them; nil for other lists.
    private func isText(_ variable: TextVariable, among elements: [CELValue]) throws(Split) -> Bool? {
        var texts: [String] = []
        for element in elements {
            guard case .string(let text) = element else { return nil }
            texts.append(text)
        }
        if case .unlistedKind = variable { texts.removeAll { $0.isEmpty || world.kinds.contains(.named($0)) } }
        guard texts.count > 1 else { return nil }
        return try path.isTrue(.pattern(variable, .oneOf(texts)))
    }

    private func isSame(_ one: TextVariable, _ other: TextVariable) throws(Split) -> Bool {
        if one == other { return true }
        if case .unlistedKind = one, case .unlistedKind = other { return false }
        if one == .deviceID && other.isOtherDevice || other == .deviceID && one.isOtherDevice { return false }
        let (first, second) = one.order < other.order ? (one, other) : (other, one)
        return try path.isTrue(.same(first, second))
    }

    /// The sum of variables.
    func total(_ counts: [Int]) -> Linear {
        counts.reduce(Linear(0)) { $0.adding(Linear(variable: $1)) ?? $0 }
    }

    private func membership(_ element: Value, _ collection: Value) throws(Split) -> Value? {
        switch collection {
        case .known(.list(let elements)):
            if case .text(let text) = element, let isOne = try isText(text, among: elements) { return .known(.bool(isOne)) }
            for candidate in elements {
                guard let isEqual = try isEqual(element, .known(candidate)) else { return nil }
                if isEqual { return .known(.bool(true)) }
            }
            return .known(.bool(false))
        case .list(let elements):
            for candidate in elements {
                guard let isEqual = try isEqual(element, candidate) else { return nil }
                if isEqual { return .known(.bool(true)) }
            }
            return .known(.bool(false))
        case .bag(let elements):
            var counts: [Int] = []
            for candidate in elements {
                guard let isEqual = try isEqual(element, candidate.element) else { return nil }
                if isEqual { counts.append(candidate.count) }
            }
            return .known(.bool(try isPositive(total(counts))))
        default: return nil
        }
    }

    // MARK: Arithmetic

    func arithmetic(_ operation: BinaryOperator, _ left: Value, _ right: Value) throws(Split) -> Value? {
        if case .known = left, case .known = right { return Folding.shared.binary(operation, left, right) }
        guard let (one, kind) = try number(left), let (other, otherKind) = try number(right) else { return nil }
        switch operation {
        case .add, .subtract:
            guard let result = one.adding(other, times: operation == .add ? 1 : -1) else { return nil }
            switch (kind, otherKind, operation) {
            case (.integer, .integer, _): return try checked(result).map(Value.integer)
            case (.span, .span, _): return try checked(result).map(Value.span)
            case (.moment, .moment, .subtract): return try difference(one, other, result)
            case (.moment, .span, _), (.span, .moment, .add): return try shifted(result)
            default: return nil
            }
        case .multiply:
            guard kind == .integer, otherKind == .integer else { return nil }
            let product: Linear? =
                if let factor = other.known { one.scaled(by: factor) } else if let factor = one.known {
                    other.scaled(by: factor)
                } else { nil }
            guard let product else { return nil }
            return try checked(product).map(Value.integer)
        case .divide, .modulo:
            guard kind == .integer, otherKind == .integer, let divisor = other.known else { return nil }
            if divisor == 0 { return .failure }
            // The least number has no negative.
            guard divisor > 0 else { return nil }
            guard let quotient = try quotient(one, by: divisor) else { return nil }
            if operation == .divide { return .integer(quotient) }
            return one.adding(quotient, times: -divisor).map(Value.integer)
        default: return nil
        }
    }

    /// Rounded towards zero.
    func quotient(_ number: Linear, by divisor: Int128) throws(Split) -> Linear? {
        if let known = number.known { return Linear(known / divisor) }
        guard divisor > 1 else { return number }
        // The sign decides the direction of rounding: both are followed, and the solver looks at what is assumed of it.
        _ = try path.isAtMost(number, -1, in: world)
        return Linear(variable: world.number(.quotient(number, by: divisor)))
    }

    /// Nil where the number does not fit into 64 bits, which is followed as well.
    private func checked(_ number: Linear) throws(Split) -> Checked {
        guard try path.isAtMost(number, Int128(Int64.max), in: world),
            try !path.isAtMost(number, Int128(Int64.min) - 1, in: world)
        else { return .overflow }
        return .fits(number)
    }

    enum Checked {
        case fits(Linear)
        case overflow

        func map(_ make: (Linear) -> Value) -> Value {
            switch self {
            case .fits(let number): make(number)
            case .overflow: .failure
            }
        }
    }

    /// A difference of moments is worked out in whole seconds first. So it fails where that of the seconds does not fit, and within
    /// a second of the bounds of a span it depends on the parts of seconds which of two equal differences does.
    private func difference(_ one: Linear, _ other: Linear, _ number: Linear) throws(Split) -> Value {
        let second: Int128 = 1_000_000_000
        let seconds = Int128(Int64.max) / second
        let isLong = try !path.isAtMost(number, seconds * second, in: world)
        if !isLong, try !path.isAtMost(number, -seconds * second - 1, in: world) { return .span(number) }
        guard try path.isAtMost(number, Int128(Int64.max), in: world),
            try !path.isAtMost(number, Int128(Int64.min) - 1, in: world)
        else { return .failure }
        // Since the year 1, so that rounding is downwards.
        let start = -Int128(CELTimestamp.earliestSecond) * second
        guard let first = one.adding(Linear(start)), let last = other.adding(Linear(start)),
            path.bounds(of: first, in: world).least.map({ $0 >= 0 }) ?? false,
            path.bounds(of: last, in: world).least.map({ $0 >= 0 }) ?? false,
            let rounded = try quotient(first, by: second), let otherRounded = try quotient(last, by: second),
            let whole = rounded.adding(otherRounded, times: -1)
        else { return .opaque(OpaqueKey(text: "a span of nearly 292 years", context: "\(one) \(other)")) }
        guard isLong else { return try path.isAtMost(whole, -seconds - 1, in: world) ? .failure : .span(number) }
        return try path.isAtMost(whole, seconds, in: world) ? .span(number) : .failure
    }

    private func shifted(_ number: Linear) throws(Split) -> Value {
        let (least, most) = (
            Int128(CELTimestamp.earliestSecond) * 1_000_000_000, Int128(CELTimestamp.latestSecond) * 1_000_000_000 + 999_999_999
        )
        guard try path.isAtMost(number, most, in: world), try !path.isAtMost(number, least - 1, in: world) else {
            return .failure
        }
        return .moment(number)
    }
}

extension TextVariable {
    /// Puts the two sides of an equality in order.
    fileprivate var order: Int {
        switch self {
        case .id(let side): side.rawValue
        case .entity(let side): 2 + side.rawValue
        case .deviceID: 4
        case .method: 5
        case .unlistedKind(let number): 6 + number
        case .temporaryDevice(let side, let catalog): 100 + 2 * catalog + side.rawValue
        case .recommendedDevice(let catalog): 200 + catalog
        case .person(let side): 300 + side.rawValue
        case .declared(let place): 302 + place
        }
    }
}

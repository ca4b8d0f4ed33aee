import CEL

/// Functions on values of which not all is known. Nil where the function is not understood.
extension Reader {
    func call(
        _ name: String, _ target: Expression?, _ arguments: [Expression], _ scope: Scope
    ) throws(Split) -> Value? {
        // `math.least` and its like have a namespace in the place of a receiver.
        if let target, case .identifier("math", _) = target.kind, !scope.contains(where: { $0.name == "math" }) {
            return try extreme(name, try values(arguments, scope))
        }
        var operands = try values(arguments, scope)
        if let target { operands.insert(try value(of: target, scope), at: 0) }
        for operand in operands { if case .failure = operand { return .failure } }
        let known = operands.compactMap { if case .known(let value) = $0 { value } else { nil } }
        if known.count == operands.count {
            return target == nil
                ? Folding.shared.call(name, target: nil, known)
                : Folding.shared.call(name, target: known.first, Array(known.dropFirst()))
        }
        guard let first = operands.first else { return nil }
        return switch (name, operands.count) {
        case ("size", 1): try size(of: first)
        case ("double", 1): if case .integer(let number) = first { .real(number) } else { nil }
        case ("int", 1): try integer(first)
        case ("duration", 1), ("timestamp", 1), ("string", 1), ("dyn", 1): Self.unchanged(name, first)
        case (_, 1), (_, 2):
            if case .text(let text) = first { try textCondition(name, text, operands) } else { try part(name, operands) }
        default: nil
        }
    }

    private func values(_ expressions: [Expression], _ scope: Scope) throws(Split) -> [Value] {
        var values: [Value] = []
        for expression in expressions { values.append(try value(of: expression, scope)) }
        return values
    }

    private static func unchanged(_ name: String, _ value: Value) -> Value? {
        let isUnchanged: Bool =
            switch value {
            case .span: name == "duration"
            case .moment: name == "timestamp"
            case .text: name == "string"
            default: false
            }
        return isUnchanged || name == "dyn" ? value : nil
    }

    private func size(of value: Value) throws(Split) -> Value? {
        switch value {
        case .text(let text): .size(text)
        case .bag(let elements): .integer(total(elements.map(\.count)))
        case .list(let elements): .known(.int(Int64(elements.count)))
        default: nil
        }
    }

    private func integer(_ value: Value) throws(Split) -> Value? {
        switch value {
        case .integer: value
        case .level, .size: value
        default: nil
        }
    }

    // MARK: Texts

    private func textCondition(_ name: String, _ text: TextVariable, _ operands: [Value]) throws(Split) -> Value? {
        guard operands.count == 2, case .known(.string(let argument)) = operands[1] else { return nil }
        switch name {
        case "startsWith": return .known(.bool(try path.isTrue(.pattern(text, .prefix(argument)))))
        case "endsWith": return .known(.bool(try path.isTrue(.pattern(text, .suffix(argument)))))
        case "contains": return .known(.bool(try path.isTrue(.pattern(text, .contains(argument)))))
        case "matches":
            // A pattern that is none fails on every text.
            if case .failure? = Folding.shared.call("matches", target: .string(""), [.string(argument)]) { return .failure }
            return .known(.bool(try path.isTrue(.pattern(text, .matches(argument)))))
        default: return nil
        }
    }

    // MARK: Times

    private func part(_ name: String, _ operands: [Value]) throws(Split) -> Value? {
        switch operands[0] {
        case .span(let span): return operands.count == 1 ? try units(name, of: span) : nil
        case .moment(let moment):
            var zone: String?
            if operands.count == 2 {
                guard case .known(.string(let name)) = operands[1] else { return nil }
                zone = name
            }
            return try calendar(name, at: moment, zone)
        default: return nil
        }
    }

    private func units(_ name: String, of span: Linear) throws(Split) -> Value? {
        switch name {
        case "getHours": return try quotient(span, by: 3_600_000_000_000).map(Value.integer)
        case "getMinutes": return try quotient(span, by: 60_000_000_000).map(Value.integer)
        case "getSeconds": return try quotient(span, by: 1_000_000_000).map(Value.integer)
        case "getMilliseconds":
            guard let whole = try quotient(span, by: 1_000_000_000), let rest = span.adding(whole, times: -1_000_000_000) else {
                return nil
            }
            return try quotient(rest, by: 1_000_000).map(Value.integer)
        default: return nil
        }
    }

    private func calendar(_ name: String, at moment: Linear, _ zone: String?) throws(Split) -> Value? {
        guard let part = CalendarPart(rawValue: name) else { return nil }
        // A zone that is none fails at every moment.
        guard let sample = CELTimestamp(checkingSeconds: 0), world.zones.offset(of: zone, at: sample) != nil else {
            return .failure
        }
        let zone = zone == "" || zone == "UTC" ? nil : zone
        if let known = moment.known { return world.value(of: part, at: known, zone).map { .known(.int(Int64($0))) } }
        return .integer(Linear(variable: world.number(.calendar(moment, part, zone: zone))))
    }

    // MARK: The least and the greatest

    private func extreme(_ name: String, _ values: [Value]) throws(Split) -> Value? {
        for value in values { if case .failure = value { return .failure } }
        guard name == "least" || name == "greatest", let first = values.first, let (start, kind) = try number(first),
            kind == .integer, values.count > 1
        else { return nil }
        var chosen = start
        for value in values.dropFirst() {
            guard let (other, kind) = try number(value), kind == .integer, let difference = other.adding(chosen, times: -1) else {
                return nil
            }
            let isLess = try path.isAtMost(difference, -1, in: world)
            if isLess == (name == "least") { chosen = other }
        }
        return .integer(chosen)
    }
}

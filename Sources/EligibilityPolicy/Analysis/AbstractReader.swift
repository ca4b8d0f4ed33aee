import CEL

/// What is known of a value without knowing the facts.
enum AbstractValue: Hashable, Sendable {
    case known(CELValue)
    /// A whole number in a range.
    case integer(ClosedRange<Int64>)
    case unknown

    /// Elements and pieces of text that there are to compare.
    var size: Int { if case .known(let value) = self { value.size } else { 1 } }
}

/// Evaluates an expression on assumptions instead of facts.
struct AbstractReader {
    let analysis: RuleAnalysis
    let assumptions: [String: AbstractValue]

    /// Something must be assumed first: one of these values.
    struct Unknown: Error {
        let key: String
        let values: [AbstractValue]

        /// Nothing that could be assumed would help: the analysis has taken all of its steps.
        static let budgetIsSpent = Unknown(key: "", values: [])
    }

    private static let truths: [AbstractValue] = [.known(.bool(true)), .known(.bool(false))]

    /// Whether a condition holds; what cannot be told is assumed both ways.
    func condition(_ expression: Expression) throws(Unknown) -> Bool {
        guard analysis.budget.take() else { throw .budgetIsSpent }
        switch expression.kind {
        // An assumption is on what a name stands for, so that it is the same under every name.
        case .identifier(let name, _):
            if let definition = analysis.definitions[name] { return try condition(definition.parsed.root) }
        case .conditional(let test, let yes, let no): return try condition(try condition(test) ? yes : no)
        default: break
        }
        if case .known(.bool(let flag)) = try value(expression) { return flag }
        return try assumedCondition(expression)
    }

    private func assumedCondition(_ expression: Expression) throws(Unknown) -> Bool {
        if case .known(.bool(let flag)) = try assume("? " + expression.sourceText, Self.truths) { return flag }
        return false
    }

    private func assume(_ key: String, _ values: @autoclosure () -> [AbstractValue]) throws(Unknown) -> AbstractValue {
        if let assumed = assumptions[key] { return assumed }
        throw Unknown(key: key, values: values())
    }

    func value(_ expression: Expression) throws(Unknown) -> AbstractValue {
        guard analysis.budget.take() else { throw .budgetIsSpent }
        switch expression.kind {
        case .literal(let literal): return .known(literal)
        case .identifier(let name, _):
            if let constant = analysis.constants[name] { return .known(constant) }
            if let definition = analysis.definitions[name] { return try value(definition.parsed.root) }
            return .unknown
        case .select:
            guard let path = expression.path?.name, let field = analysis.schema.byPath[path] else { return .unknown }
            return try fact(field)
        case .unary(.not, let operand): return .known(.bool(try !condition(operand)))
        case .logical(let logical, let operands):
            for operand in operands where try condition(operand) == (logical == .or) { return .known(.bool(logical == .or)) }
            return .known(.bool(logical == .and))
        case .conditional(let test, let yes, let no): return try value(try condition(test) ? yes : no)
        case .binary(let comparison, let left, let right):
            let (first, second) = (try value(left), try value(right))
            // To compare two lists takes as long as they are.
            guard analysis.budget.take(first.size + second.size) else { throw .budgetIsSpent }
            guard let result = AbstractValue.compare(comparison, first, second) else { return .unknown }
            return .known(.bool(result))
        case .list(let elements):
            var values: [CELValue] = []
            for element in elements {
                guard !element.isOptional, case .known(let value) = try value(element.value) else { return .unknown }
                values.append(value)
            }
            return .known(.list(values))
        default: return .unknown
        }
    }

    // MARK: Facts

    private func fact(_ field: FactField) throws(Unknown) -> AbstractValue {
        switch field {
        case .device(let field): try device(field)
        case .identity(let field): try identity(field)
        case .consent(.given): try assume(FactField.consent(.given).path, Self.truths)
        case .requester(let participant), .owner(let participant): try self.participant(participant, field)
        case .request(.highestLevel): .integer(0...Int64(levelAboveAll))
        case .declared(let declared): try self.declared(declared, field)
        case .session(.given): try assume(field.path, Self.truths)
        case .session(.level): .integer(Int64(SessionFacts.levels.lowerBound)...Int64(SessionFacts.levels.upperBound))
        case .consent, .session, .request: .unknown
        }
    }

    private func declared(_ declared: DeclaredField, _ field: FactField) throws(Unknown) -> AbstractValue {
        switch declared.type {
        case .boolean: try assume(field.path, Self.truths)
        case .integer(let range): .integer(Int64(range.lowerBound)...Int64(range.upperBound))
        case .choice(let words): try assume(field.path, words.map { .known(.string($0)) })
        case .country: .unknown
        }
    }

    private var levelAboveAll: Int { (analysis.catalog.kinds.map(\.level.rawValue).max() ?? 0) + 1 }

    private func participant(_ participant: ParticipantField, _ field: FactField) throws(Unknown) -> AbstractValue {
        switch participant {
        case .entityKind: try assume(field.path, EntityKind.allCases.map { .known(.string($0.rawValue)) })
        case .adult: try assume(field.path, Adulthood.allCases.map { .known(.string($0.rawValue)) })
        case .hasDevice, .hasTemporaryDevice: try assume(field.path, Self.truths)
        case .highestLevel: .integer(0...Int64(levelAboveAll))
        case .id, .entity, .person, .registeredAt, .temporaryDevice, .deviceKinds: .unknown
        }
    }

    /// All that depends on the kind of the device depends on it together. The kind '' stands for one that the catalogue lacks.
    private func device(_ field: DeviceField) throws(Unknown) -> AbstractValue {
        switch field {
        case .id, .activatedAt: return .unknown
        case .sharedWith: return .integer(0...Int64.max)
        case .kind, .level, .shareable, .physical, .temporary: break
        }
        let kinds = analysis.catalog.kinds.map { AbstractValue.known(.string($0.id.rawValue)) }
        guard case .known(.string(let id)) = try assume("device.kind", kinds + [.known(.string(""))]) else { return .unknown }
        let kind = analysis.catalog[DeviceKindID(rawValue: id)]
        return switch field {
        // The name of a kind that is not in the catalogue can be anything.
        case .kind: kind == nil ? .unknown : .known(.string(id))
        case .level: .known(.int(Int64(kind?.level.rawValue ?? 0)))
        case .shareable: .known(.bool(kind?.isShareable ?? false))
        case .physical: .known(.bool(kind?.isPhysical ?? true))
        case .temporary: .known(.bool(kind?.isTemporary ?? false))
        case .id, .activatedAt, .sharedWith: .unknown
        }
    }

    private func identity(_ field: IdentityField) throws(Unknown) -> AbstractValue {
        switch field {
        case .identical, .contradicts:
            // Never both.
            let states = ["identical", "contradicts", "neither"].map { AbstractValue.known(.string($0)) }
            return .known(.bool(try assume("identity", states) == .known(.string(field.name))))
        case .dateOfBirth, .citizenship, .residence, .document, .socialSecurityNumber:
            return try assume(
                FactField.identity(field).path, IdentityComparison.allCases.map { .known(.string($0.rawValue)) })
        case .usPerson: return try assume(FactField.identity(field).path, Self.truths)
        case .mismatches, .missing: return .unknown
        }
    }
}

extension AbstractValue {
    private var range: ClosedRange<Int64>? {
        switch self {
        case .known(.int(let number)): number...number
        case .integer(let range): range
        default: nil
        }
    }

    /// Nil where it depends on what is not known.
    static func compare(_ comparison: BinaryOperator, _ left: AbstractValue, _ right: AbstractValue) -> Bool? {
        if let left = left.range, let right = right.range { return compare(comparison, left, right) }
        guard case .known(let left) = left, case .known(let right) = right else { return nil }
        if comparison == .in {
            guard case .string = left, case .list(let elements) = right else { return nil }
            return elements.contains(left)
        }
        if comparison == .equal, left.type == right.type { return left == right }
        if comparison == .notEqual, left.type == right.type { return left != right }
        if case .duration(let a) = left, case .duration(let b) = right { return compare(comparison, a, b) }
        if case .timestamp(let a) = left, case .timestamp(let b) = right { return compare(comparison, a, b) }
        return nil
    }

    private static func compare<Value: Comparable>(_ comparison: BinaryOperator, _ left: Value, _ right: Value) -> Bool? {
        switch comparison {
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        case .greaterOrEqual: left >= right
        default: nil
        }
    }

    private static func compare(_ comparison: BinaryOperator, _ left: ClosedRange<Int64>, _ right: ClosedRange<Int64>) -> Bool? {
        switch comparison {
        case .less: left.upperBound < right.lowerBound ? true : left.lowerBound >= right.upperBound ? false : nil
        case .lessOrEqual: left.upperBound <= right.lowerBound ? true : left.lowerBound > right.upperBound ? false : nil
        case .greater: compare(.less, right, left)
        case .greaterOrEqual: compare(.lessOrEqual, right, left)
        case .equal:
            // Not by `count`, which overflows where a range holds every number.
            if !left.overlaps(right) { false } else { left.lowerBound == left.upperBound && left == right ? true : nil }
        case .notEqual: compare(.equal, left, right).map { !$0 }
        default: nil
        }
    }
}

/// A function of the language with all its forms.
struct Function: Sendable {
    let name: String
    var overloads: [Overload]

    /// What to do when the function is called in this form; nil where no overload has it.
    func implementation(isMember: Bool, count: Int) -> Implementation? {
        let fitting = overloads.filter { $0.isMember == isMember && ($0.isVariadic || $0.parameters.count == count) }
        return fitting.isEmpty ? nil : Implementation(name: name, overloads: fitting)
    }
}

/// One signature of a function, and what it does.
struct Overload: Sendable {
    /// What a call does with values that fit the signature.
    enum Body: Sendable {
        case unary(@Sendable (CELValue, Meter) throws(EvaluationError) -> CELValue)
        case binary(@Sendable (CELValue, CELValue, Meter) throws(EvaluationError) -> CELValue)
        case variadic(@Sendable ([CELValue], Meter) throws(EvaluationError) -> CELValue)
        /// Declared only: it can be checked but not called. Operators are evaluated elsewhere.
        case none
    }

    /// The receiver first where `isMember`.
    let parameters: [CELType]
    let result: CELType
    var isMember = false
    /// Takes any number of arguments from one.
    var isVariadic = false
    /// The same arguments always give the same result.
    var isPure = true
    let body: Body

    /// Whether values of these types may be passed, as far as types are known at run time.
    func accepts(_ values: [CELValue]) -> Bool {
        isVariadic || zip(parameters, values).allSatisfy { $0.accepts($1) }
    }
}

extension CELType {
    /// Whether a value has this type, the types of elements aside.
    func accepts(_ value: CELValue) -> Bool {
        switch value {
        case .null: takes(.null)
        case .bool: takes(.bool)
        case .int: takes(.int)
        case .uint: takes(.uint)
        case .double: takes(.double)
        case .string: takes(.string)
        case .bytes: takes(.bytes)
        case .timestamp: takes(.timestamp)
        case .duration: takes(.duration)
        case .list: takes(.list)
        case .map: takes(.map)
        case .optional: takes(.optional)
        case .type: takes(.type)
        }
    }

    /// The kinds of values, without what is in them.
    private enum ValueKind {
        case null, bool, int, uint, double, string, bytes, timestamp, duration, list, map, optional, type
    }

    private func takes(_ kind: ValueKind) -> Bool {
        switch self {
        case .dyn, .parameter: true
        case .null: kind == .null
        case .bool: kind == .bool
        case .int: kind == .int
        case .uint: kind == .uint
        case .double: kind == .double
        case .string: kind == .string
        case .bytes: kind == .bytes
        case .timestamp: kind == .timestamp
        case .duration: kind == .duration
        case .list: kind == .list
        case .map, .record: kind == .map
        case .optional: kind == .optional
        case .type: kind == .type
        }
    }
}

/// The overloads of a function that one call may mean; the values decide.
struct Implementation: Sendable {
    let name: String
    let overloads: [Overload]

    var isPure: Bool { overloads.allSatisfy(\.isPure) }

    func call(_ value: CELValue, _ meter: Meter) throws(EvaluationError) -> CELValue {
        for overload in overloads {
            if case .unary(let body) = overload.body, overload.parameters[0].accepts(value) { return try body(value, meter) }
        }
        return try call([value], meter)
    }

    func call(_ first: CELValue, _ second: CELValue, _ meter: Meter) throws(EvaluationError) -> CELValue {
        for overload in overloads {
            if case .binary(let body) = overload.body, overload.parameters[0].accepts(first),
                overload.parameters[1].accepts(second)
            {
                return try body(first, second, meter)
            }
        }
        return try call([first, second], meter)
    }

    func call(_ values: [CELValue], _ meter: Meter) throws(EvaluationError) -> CELValue {
        for overload in overloads where overload.accepts(values) {
            switch overload.body {
            case .variadic(let body): return try body(values, meter)
            case .unary(let body): return try body(values[0], meter)
            case .binary(let body): return try body(values[0], values[1], meter)
            case .none: throw EvaluationError(.unboundFunction, "the function '\(name)' is declared but has no implementation")
            }
        }
        let types = values.map(\.type.description).joined(separator: ", ")
        throw EvaluationError(.noMatchingOverload, "no matching overload for '\(name)' applied to (\(types))")
    }
}

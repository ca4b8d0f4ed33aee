/// The operators on values whose types are known only at run time (langdef, "Arithmetic", "Overflow").
enum Arithmetic {
    static func apply(
        _ binaryOperator: BinaryOperator, _ left: CELValue, _ right: CELValue, _ meter: Meter
    ) throws(EvaluationError) -> CELValue {
        switch binaryOperator {
        case .equal: return .bool(try left.isEqual(to: right, meter: meter))
        case .notEqual: return .bool(try !left.isEqual(to: right, meter: meter))
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            return .bool(binaryOperator.holds(try left.order(to: right, of: binaryOperator.functionName, meter: meter)))
        case .in: return .bool(try contains(right, left, meter))
        case .add: return try add(left, right, meter)
        case .subtract: return try subtract(left, right)
        case .multiply, .divide, .modulo:
            switch (left, right) {
            case (.int(let a), .int(let b)): return .int(try integer(binaryOperator, a, b))
            case (.uint(let a), .uint(let b)): return .uint(try integer(binaryOperator, a, b))
            case (.double(let a), .double(let b)) where binaryOperator != .modulo: return .double(double(binaryOperator, a, b))
            default: throw EvaluationError.noOverload(binaryOperator.functionName, left, right)
            }
        }
    }

    static func negate(_ value: CELValue) throws(EvaluationError) -> CELValue {
        switch value {
        case .int(let number): return .int(try integer(.subtract, 0, number))
        case .double(let number): return .double(-number)
        default: throw EvaluationError.noOverload("-_", value)
        }
    }

    /// Arithmetic of 64 bits that fails rather than wraps.
    @inline(__always)
    static func integer<Number: FixedWidthInteger>(
        _ binaryOperator: BinaryOperator, _ left: Number, _ right: Number
    ) throws(EvaluationError) -> Number {
        let result: (partialValue: Number, overflow: Bool)
        switch binaryOperator {
        case .add: result = left.addingReportingOverflow(right)
        case .subtract: result = left.subtractingReportingOverflow(right)
        case .multiply: result = left.multipliedReportingOverflow(by: right)
        case .divide:
            guard right != 0 else { throw EvaluationError(.divisionByZero, "division by zero") }
            result = left.dividedReportingOverflow(by: right)
        case .modulo:
            guard right != 0 else { throw EvaluationError(.divisionByZero, "modulus by zero") }
            result = left.remainderReportingOverflow(dividingBy: right)
        default: throw EvaluationError(.noMatchingOverload, "'\(binaryOperator.rawValue)' is not arithmetic")
        }
        guard !result.overflow else { throw overflow() }
        return result.partialValue
    }

    @inline(__always)
    static func double(_ binaryOperator: BinaryOperator, _ left: Double, _ right: Double) -> Double {
        switch binaryOperator {
        case .add: left + right
        case .subtract: left - right
        case .multiply: left * right
        case .divide: left / right
        default: .nan
        }
    }

    private static func add(_ left: CELValue, _ right: CELValue, _ meter: Meter) throws(EvaluationError) -> CELValue {
        switch (left, right) {
        case (.int(let a), .int(let b)): return .int(try integer(.add, a, b))
        case (.uint(let a), .uint(let b)): return .uint(try integer(.add, a, b))
        case (.double(let a), .double(let b)): return .double(a + b)
        case (.string(let a), .string(let b)):
            try meter.chargeText(a.utf8.count + b.utf8.count)
            return .string(a + b)
        case (.bytes(let a), .bytes(let b)):
            try meter.chargeText(a.count + b.count)
            return .bytes(a + b)
        case (.list(let a), .list(let b)):
            try meter.chargeCollection(a.count + b.count)
            return .list(a + b)
        case (.timestamp(let moment), .duration(let span)), (.duration(let span), .timestamp(let moment)):
            return .timestamp(try shift(moment, by: span.nanoseconds))
        case (.duration(let a), .duration(let b)): return .duration(try span(.add, a, b))
        default: throw EvaluationError.noOverload("_+_", left, right)
        }
    }

    private static func subtract(_ left: CELValue, _ right: CELValue) throws(EvaluationError) -> CELValue {
        switch (left, right) {
        case (.int(let a), .int(let b)): return .int(try integer(.subtract, a, b))
        case (.uint(let a), .uint(let b)): return .uint(try integer(.subtract, a, b))
        case (.double(let a), .double(let b)): return .double(a - b)
        case (.timestamp(let a), .timestamp(let b)): return .duration(try difference(a, b))
        case (.timestamp(let moment), .duration(let span)): return .timestamp(try shift(moment, back: span))
        case (.duration(let a), .duration(let b)): return .duration(try span(.subtract, a, b))
        default: throw EvaluationError.noOverload("_-_", left, right)
        }
    }

    // MARK: Time

    static func difference(_ left: CELTimestamp, _ right: CELTimestamp) throws(EvaluationError) -> CELDuration {
        guard let span = left.duration(since: right) else { throw overflow() }
        return span
    }

    static func shift(_ moment: CELTimestamp, by nanoseconds: Int64) throws(EvaluationError) -> CELTimestamp {
        guard let shifted = moment.adding(nanoseconds: nanoseconds) else { throw overflow() }
        return shifted
    }

    /// In two steps, since the least span has no negative.
    static func shift(_ moment: CELTimestamp, back span: CELDuration) throws(EvaluationError) -> CELTimestamp {
        guard span.nanoseconds == .min else { return try shift(moment, by: -span.nanoseconds) }
        return try shift(shift(moment, by: .max), by: 1)
    }

    static func span(_ binaryOperator: BinaryOperator, _ left: CELDuration, _ right: CELDuration) throws(EvaluationError)
        -> CELDuration
    {
        CELDuration(nanoseconds: try integer(binaryOperator, left.nanoseconds, right.nanoseconds))
    }

    private static func overflow() -> EvaluationError { EvaluationError(.overflow, "the result is out of range") }

    // MARK: Membership

    private static func contains(_ collection: CELValue, _ element: CELValue, _ meter: Meter) throws(EvaluationError) -> Bool {
        switch collection {
        case .list(let elements):
            try meter.charge(elements.count)
            for candidate in elements where try element.isEqual(to: candidate, meter: meter) { return true }
            return false
        case .map(let map): return map.contains(element)
        default: throw EvaluationError.noOverload("@in", element, collection)
        }
    }
}

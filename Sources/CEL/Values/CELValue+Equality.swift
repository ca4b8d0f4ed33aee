extension CELValue {
    /// The language's equality: numbers by value whatever their type, collections by their elements, values of different
    /// types never equal, NaN not even to itself (langdef, "Equality").
    func isEqual(to other: CELValue, meter: Meter) throws(EvaluationError) -> Bool {
        switch (self, other) {
        case (.int, .int), (.uint, .uint), (.string, .string), (.bytes, .bytes):
            if case .bytes(let octets) = self { try meter.chargeSize(octets.count) }
            return self == other
        case (.int, _), (.uint, _), (.double, _):
            return compareNumbers(self, other) == .same
        case (.list(let left), .list(let right)):
            guard left.count == right.count else { return false }
            try meter.charge(left.count)
            for index in left.indices where try !left[index].isEqual(to: right[index], meter: meter) { return false }
            return true
        case (.map(let left), .map(let right)):
            guard left.count == right.count else { return false }
            try meter.charge(left.count)
            for entry in left.entries {
                guard let value = right[entry.key], try entry.value.isEqual(to: value, meter: meter) else { return false }
            }
            return true
        case (.optional(let left), .optional(let right)):
            guard let left = left.value, let right = right.value else { return left.value == nil && right.value == nil }
            return try left.isEqual(to: right, meter: meter)
        default:
            return self == other
        }
    }
}

/// How one value stands to another.
enum Order {
    case before, same, after
    /// NaN stands in no order to anything.
    case none
}

/// The order of two numbers of any types; nil where one is no number.
///
/// An int or uint meets a double as a double, unless the double is beyond the integer's range.
func compareNumbers(_ left: CELValue, _ right: CELValue) -> Order? {
    switch (left, right) {
    case (.int(let a), .int(let b)): order(a, b)
    case (.uint(let a), .uint(let b)): order(a, b)
    case (.double(let a), .double(let b)): order(a, b)
    case (.int(let a), .uint(let b)): a < 0 ? .before : order(UInt64(a), b)
    case (.uint(let a), .int(let b)): b < 0 ? .after : order(a, UInt64(b))
    case (.int(let a), .double(let b)): order(Double(a), b)
    case (.double(let a), .int(let b)): order(a, Double(b))
    case (.uint(let a), .double(let b)): order(Double(a), b)
    case (.double(let a), .uint(let b)): order(a, Double(b))
    default: nil
    }
}

@inline(__always)
func order<Number: Comparable>(_ left: Number, _ right: Number) -> Order {
    left < right ? .before : left == right ? .same : left > right ? .after : .none
}

extension CELValue {
    /// The order that `<` and its kin go by (langdef, "Ordering").
    func order(to other: CELValue, of function: String, meter: Meter) throws(EvaluationError) -> Order {
        switch (self, other) {
        case (.bool(let a), .bool(let b)):
            return a == b ? .same : b ? .before : .after
        case (.string(let a), .string(let b)):
            try meter.chargeSize(min(a.utf8.count, b.utf8.count))
            return sameText(a, b) ? .same : textPrecedes(a, b) ? .before : .after
        case (.bytes(let a), .bytes(let b)):
            try meter.chargeSize(min(a.count, b.count))
            return a == b ? .same : a.lexicographicallyPrecedes(b) ? .before : .after
        case (.timestamp(let a), .timestamp(let b)): return CEL.order(a, b)
        case (.duration(let a), .duration(let b)): return CEL.order(a, b)
        default:
            guard let order = compareNumbers(self, other) else { throw EvaluationError.noOverload(function, self, other) }
            return order
        }
    }
}

extension BinaryOperator {
    /// Whether values in this order fulfil the comparison.
    @inline(__always)
    func holds(_ order: Order) -> Bool {
        switch self {
        case .less: order == .before
        case .lessOrEqual: order == .before || order == .same
        case .greater: order == .after
        case .greaterOrEqual: order == .after || order == .same
        case .equal: order == .same
        case .notEqual: order != .same
        default: false
        }
    }
}

/// A value of the Common Expression Language at run time (langdef, "Values").
///
/// `==` and `hash` are strict: the same type and the same value, and NaN equals itself.
/// The language's own equality, where `1 == 1u == 1.0`, is ``CELValue/isEqual(to:meter:)``.
package enum CELValue: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    case list([CELValue])
    case map(CELMap)
    case timestamp(CELTimestamp)
    case duration(CELDuration)
    case type(CELType)
    case optional(CELOptional)

    /// The value's type as `type(value)` gives it: parameters of lists and maps are erased.
    package var type: CELType {
        switch self {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        case .list: .list(.dyn)
        case .map: .map(.dyn, .dyn)
        case .timestamp: .timestamp
        case .duration: .duration
        case .type: .type(.dyn)
        case .optional: .optional(.dyn)
        }
    }

    /// The zero value of its type, as `optional.ofNonZeroValue` understands it.
    var isZero: Bool {
        switch self {
        case .null: true
        case .bool(let flag): !flag
        case .int(let number): number == 0
        case .uint(let number): number == 0
        case .double(let number): number == 0
        case .string(let text): text.isEmpty
        case .bytes(let octets): octets.isEmpty
        case .list(let elements): elements.isEmpty
        case .map(let map): map.isEmpty
        case .timestamp(let moment): moment == CELTimestamp(seconds: 0, nanoseconds: 0)
        case .duration(let span): span.nanoseconds == 0
        case .type: false
        case .optional(let optional): optional.value == nil
        }
    }
}

extension CELValue: Hashable {
    package static func == (left: CELValue, right: CELValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.int(let a), .int(let b)): a == b
        case (.uint(let a), .uint(let b)): a == b
        case (.double(let a), .double(let b)): a == b || (a.isNaN && b.isNaN)
        case (.string(let a), .string(let b)): sameText(a, b)
        case (.bytes(let a), .bytes(let b)): a == b
        case (.list(let a), .list(let b)): a == b
        case (.map(let a), .map(let b)): a == b
        case (.timestamp(let a), .timestamp(let b)): a == b
        case (.duration(let a), .duration(let b)): a == b
        case (.type(let a), .type(let b)): a.runtimeName == b.runtimeName
        case (.optional(let a), .optional(let b)): a == b
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let flag): hasher.combine(flag)
        case .int(let number): hasher.combine(number)
        case .uint(let number): hasher.combine(number)
        case .double(let number): hasher.combine(number.isNaN ? Double.nan.bitPattern : (number + 0.0).bitPattern)
        case .string(let text): for byte in text.utf8 { hasher.combine(byte) }
        case .bytes(let octets): hasher.combine(octets)
        case .list(let elements): hasher.combine(elements)
        case .map(let map): hasher.combine(map.count)
        case .timestamp(let moment): hasher.combine(moment)
        case .duration(let span): hasher.combine(span)
        case .type(let type): hasher.combine(type.runtimeName)
        case .optional(let optional): hasher.combine(optional.value)
        }
    }
}

/// A value that may be absent, made by `optional.of`, `optional.none` and the optional syntax.
package final class CELOptional: Hashable, Sendable {
    package let value: CELValue?

    package init(_ value: CELValue?) {
        self.value = value
    }

    package static let none = CELOptional(nil)

    package static func == (left: CELOptional, right: CELOptional) -> Bool { left.value == right.value }

    package func hash(into hasher: inout Hasher) { hasher.combine(value) }
}

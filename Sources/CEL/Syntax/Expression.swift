/// A node of the syntax tree. Macros are expanded, but keep a form of their own, so that an expression
/// can be printed as it was written.
package struct Expression: Sendable {
    /// Dense within one parsed expression, from 0; children have lower numbers than their parent.
    package let id: Int
    /// Byte offsets in the source.
    package let range: Range<Int>
    /// The byte offset that a message about this node points at: the operator or the function's name.
    package let anchor: Int
    /// 1 for a leaf.
    package let height: Int
    package let kind: Kind

    package indirect enum Kind: Sendable {
        case literal(CELValue)
        /// `absolute` where written with a leading dot: resolved in the root scope only.
        case identifier(String, absolute: Bool)
        case select(Expression, field: String, optional: Bool)
        /// `has(e.f)`.
        case has(Expression, field: String, optional: Bool)
        case index(Expression, Expression, optional: Bool)
        /// `target` is nil for a global call; the call's name of a global one may be absolute.
        case call(String, target: Expression?, arguments: [Expression], absolute: Bool)
        case unary(UnaryOperator, Expression)
        case binary(BinaryOperator, Expression, Expression)
        /// `&&` or `||` over two or more operands.
        case logical(LogicalOperator, [Expression])
        case conditional(Expression, Expression, Expression)
        case list([ListElement])
        case map([MapEntry])
        case record(String, fields: [FieldInitializer])
        case comprehension(Comprehension)
        /// `cel.bind(name, value, body)`.
        case bind(String, Expression, Expression)
        /// `target.optMap(name, body)`, or `optFlatMap`.
        case optionalMap(Expression, name: String, body: Expression, isFlat: Bool)
        /// `cel.block([bindings], body)`.
        case block([Expression], Expression)
    }

    package struct ListElement: Sendable {
        package let value: Expression
        package let isOptional: Bool
    }

    package struct MapEntry: Sendable {
        package let key: Expression
        package let value: Expression
        package let isOptional: Bool
    }

    package struct FieldInitializer: Sendable {
        package let name: String
        package let value: Expression
        package let isOptional: Bool
    }
}

package enum UnaryOperator: String, Sendable {
    case not = "!"
    case negate = "-"
}

package enum BinaryOperator: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case modulo = "%"
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case `in` = "in"

    /// The name that the specification gives the operator's function.
    var functionName: String { self == .in ? "@in" : "_\(rawValue)_" }
}

package enum LogicalOperator: String, Sendable {
    case and = "&&"
    case or = "||"

    /// The operand that decides the result whatever the others are.
    var absorbing: Bool { self == .or }
}

/// A macro over the elements of a list or the keys of a map (langdef, "Macros").
package struct Comprehension: Sendable {
    package enum Kind: String, Sendable {
        case all, exists, existsOne, map, filter, transformList, transformMap, transformMapEntry
    }

    package let kind: Kind
    /// As written: `exists_one` and `existsOne` are one kind.
    package let spelling: String
    package let range: Expression
    /// The element, or the key of a map; with two variables the index or key.
    package let variable: String
    /// The element or the value, in the form with two variables.
    package let second: String?
    /// The condition of `map`, `transformList`, … in the form with a filter; nil otherwise.
    package let filter: Expression?
    /// The predicate or the transformation.
    package let body: Expression
}

extension Expression {
    /// The direct sub-expressions in the order of the text.
    package var children: [Expression] {
        switch kind {
        case .literal, .identifier: []
        case .select(let operand, _, _), .has(let operand, _, _), .unary(_, let operand): [operand]
        case .index(let operand, let index, _): [operand, index]
        case .call(_, let target, let arguments, _): (target.map { [$0] } ?? []) + arguments
        case .binary(_, let left, let right): [left, right]
        case .logical(_, let operands): operands
        case .conditional(let condition, let yes, let no): [condition, yes, no]
        case .list(let elements): elements.map(\.value)
        case .map(let entries): entries.flatMap { [$0.key, $0.value] }
        case .record(_, let fields): fields.map(\.value)
        case .comprehension(let it): [it.range] + (it.filter.map { [$0] } ?? []) + [it.body]
        case .bind(_, let value, let body): [value, body]
        case .optionalMap(let operand, _, let body, _): [operand, body]
        case .block(let bindings, let body): bindings + [body]
        }
    }

    /// Visits this expression and all below it, parents first.
    package func walk(_ visit: (Expression) -> Void) {
        visit(self)
        for child in children { child.walk(visit) }
    }

    /// The dotted path that this expression spells, as in `requester.entity`; nil for anything else.
    package var path: (name: String, absolute: Bool)? {
        switch kind {
        case .identifier(let name, let absolute):
            return (name, absolute)
        case .select(let operand, let field, false):
            guard let prefix = operand.path else { return nil }
            return (prefix.name + "." + field, prefix.absolute)
        default:
            return nil
        }
    }
}

/// An expression that is well formed; its names and types are not checked yet.
package struct ParsedExpression: Sendable {
    package let root: Expression
    package let source: SourceText
    /// How many nodes it has; their ids are below this.
    package let nodeCount: Int
}

import CEL

/// The small faults that can be put into an expression, one at a time.
struct ExpressionEdits {
    struct Edit {
        let kind: PolicyMutant.Kind
        let before: String
        let after: String
        /// The whole expression with it.
        let text: String
    }

    private(set) var all: [Edit] = []
    private let source: [UInt8]

    init(_ parsed: ParsedExpression) {
        source = Array(parsed.source.text(in: parsed.root.range).utf8)
        let start = parsed.root.range.lowerBound
        parsed.root.walk { node in
            for (kind, after) in Self.faults(of: node) { add(kind, node, after, start) }
        }
    }

    private mutating func add(_ kind: PolicyMutant.Kind, _ node: Expression, _ after: String, _ start: Int) {
        let (first, last) = (node.range.lowerBound - start, node.range.upperBound - start)
        guard first >= 0, first <= last, last <= source.count else { return }
        let text = source[..<first] + Array("(\(after))".utf8) + source[last...]
        all.append(Edit(kind: kind, before: node.sourceText, after: after, text: String(decoding: text, as: UTF8.self)))
    }

    private static func faults(of node: Expression) -> [(PolicyMutant.Kind, String)] {
        switch node.kind {
        case .binary(let written, let left, let right):
            return others(than: written).map { (.operator, "(\(left.sourceText)) \($0.rawValue) (\(right.sourceText))") }
        case .logical(let written, let operands):
            let other: LogicalOperator = written == .and ? .or : .and
            return [(.operator, operands.map { "(\($0.sourceText))" }.joined(separator: " \(other.rawValue) "))]
        case .unary(.not, let operand): return [(.operator, operand.sourceText)]
        case .literal(let value): return neighbours(of: value).map { (.constant, $0) }
        // A span or a moment in its usual spelling: the text in it is no constant of its own.
        case .unary, .identifier, .select, .has, .index, .call, .conditional, .list, .map, .record, .comprehension, .bind,
            .optionalMap, .block:
            return spelt(node).map { neighbours(of: $0).map { (.constant, $0) } } ?? []
        }
    }

    /// At the boundary, and the opposite.
    private static func others(than written: BinaryOperator) -> [BinaryOperator] {
        switch written {
        case .less: [.lessOrEqual, .greaterOrEqual]
        case .lessOrEqual: [.less, .greater]
        case .greater: [.greaterOrEqual, .lessOrEqual]
        case .greaterOrEqual: [.greater, .less]
        case .equal: [.notEqual]
        case .notEqual: [.equal]
        case .add: [.subtract]
        case .subtract: [.add]
        case .multiply, .divide, .modulo, .in: []
        }
    }

    /// `duration('168h')` and `timestamp('…')`.
    private static func spelt(_ node: Expression) -> CELValue? {
        guard case .call(let name, nil, let arguments, _) = node.kind, arguments.count == 1,
            case .literal(.string(let text)) = arguments[0].kind
        else { return nil }
        return switch name {
        case "duration": CELDuration(text).map(CELValue.duration)
        case "timestamp": CELTimestamp(text).map(CELValue.timestamp)
        default: nil
        }
    }

    /// One more and one less: of a whole number 1, of a span and of a moment a second.
    private static func neighbours(of value: CELValue) -> [String] {
        switch value {
        case .bool(let flag): return [flag ? "false" : "true"]
        case .int(let number):
            return [number.subtractingReportingOverflow(1), number.addingReportingOverflow(1)].compactMap {
                $0.overflow ? nil : String($0.partialValue)
            }
        case .duration(let span):
            return [-1_000_000_000, 1_000_000_000].compactMap { (step: Int64) in
                let (sum, overflow) = span.nanoseconds.addingReportingOverflow(step)
                return overflow ? nil : "duration('\(CELDuration(nanoseconds: sum))')"
            }
        case .timestamp(let moment):
            return [-1, 1].compactMap { (step: Int64) in
                CELTimestamp(checkingSeconds: moment.seconds + step, nanoseconds: moment.nanoseconds)
                    .map { "timestamp('\($0)')" }
            }
        case .null, .uint, .double, .string, .bytes, .list, .map, .type, .optional: return []
        }
    }
}

/// What to write where an operator has no meaning for the types of its operands.
enum OperandAdvice {
    /// - Parameters:
    ///   - name: the operator's function, such as `_*_`.
    ///   - operands: the expressions; empty for a function that is no operator.
    static func text(_ name: String, _ types: [CELType], _ operands: [Expression]) -> String? {
        guard types.count == 2, types[0] != types[1] else { return nil }
        let numbers: Set<CELType> = [.int, .uint, .double]
        if numbers.isSuperset(of: types) { return "convert one of them, as in \(types[0])(…)" }
        guard operands.count == 2 else { return nil }
        let pair = Set(types)
        if !pair.isDisjoint(with: numbers), pair.contains(.duration) { return span(name, operands) }
        if !pair.isDisjoint(with: numbers), pair.contains(.timestamp) {
            return "a time is moved by a duration, as in duration('168h')"
        }
        if pair == [.timestamp, .string] { return "write a time as in timestamp('2026-01-31T09:00:00Z')" }
        if pair == [.duration, .string] { return "write a duration as in duration('168h')" }
        if pair == [.timestamp, .duration] { return "the span between two times is their difference" }
        if name == "_+_", pair.contains(.string) { return "make it a text, as in string(…)" }
        return nil
    }

    /// A duration and a number.
    private static func span(_ name: String, _ operands: [Expression]) -> String? {
        switch name {
        case "_*_":
            guard let product = product(operands[0], operands[1]) ?? product(operands[1], operands[0]) else {
                return "write the product as one duration, as in duration('168h')"
            }
            return "write duration('\(product)')"
        case "_/_", "_%_": return "count its hours first, as in SPAN.getHours() / 24"
        default: return "write a span of time as in duration('168h')"
        }
    }

    /// A number times a duration, where both are written out, as the text of one duration.
    private static func product(_ number: Expression, _ span: Expression) -> String? {
        guard case .literal(.int(let factor)) = number.kind,
            case .call("duration", nil, let arguments, _) = span.kind, case .literal(.string(let text))? = arguments.first?.kind,
            let duration = CELDuration(text)
        else { return nil }
        let (nanoseconds, overflow) = duration.nanoseconds.multipliedReportingOverflow(by: factor)
        guard !overflow else { return nil }
        for (unit, suffix) in [(Int64(3_600_000_000_000), "h"), (60_000_000_000, "m")] where nanoseconds % unit == 0 {
            return "\(nanoseconds / unit)\(suffix)"
        }
        return CELDuration(nanoseconds: nanoseconds).description
    }
}

/// Calls that fail whatever the variables are, since a constant argument is wrong.
///
/// The language lets such a call fail when, and if, it is evaluated; an environment may ask for more, as the validators of
/// cel-go do, so that an author hears of it at once.
extension Checker {
    mutating func checkLiterals(of function: Function, _ operands: [Expression]) {
        guard environment.validatesLiterals, let last = operands.last, case .string(let text)? = constant(last) else {
            return
        }
        switch (function.name, operands.count) {
        case ("matches", 2):
            do throws(EvaluationError) {
                _ = try RegularExpression(text, limits: RegexLimits(environment.limits))
            } catch {
                report(
                    .invalidLiteral, "'\(text)' is not a pattern: \(error.message)",
                    suggestion: "patterns are those of RE2",
                    at: last.anchor)
            }
        case ("duration", 1) where CELDuration(text) == nil:
            report(
                .invalidLiteral, "'\(text)' is not a duration",
                suggestion: SyntaxAdvice.duration(text).map { "write \($0)" }
                    ?? "write hours, minutes and seconds, as in 168h or 1h30m",
                at: last.anchor)
        case ("timestamp", 1) where CELTimestamp(text) == nil:
            report(
                .invalidLiteral, "'\(text)' is not a time", suggestion: "write it as in 2026-01-31T09:00:00Z",
                at: last.anchor)
        default: break
        }
    }

    /// The zone of a part of a time, as in `getHours('Asia/Hong_Kong')`, where it is written as a text: by itself, or as one of
    /// the values of a condition.
    mutating func checkZone(of function: Function, _ operands: [Expression]) {
        guard environment.validatesZones, operands.count == 2, let last = operands.last,
            function.overloads.contains(where: { $0.isMember && $0.parameters == [.timestamp, .string] })
        else { return }
        for (zone, place) in texts(last) where !TimeOffset.isZone(zone) {
            report(
                .invalidLiteral, "'\(zone)' is not a time zone", suggestion: TimeOffset.advice(for: zone), at: place.anchor)
        }
    }

    /// The texts that an expression may come to, where they are written in it.
    private func texts(_ expression: Expression) -> [(text: String, place: Expression)] {
        if case .conditional(_, let yes, let no) = expression.kind { return texts(yes) + texts(no) }
        if case .definition(let definition) = resolution(of: expression) {
            guard case .literal(.string(let text)) = definition.expression.parsed.root.kind else { return [] }
            return [(text, expression)]
        }
        guard case .string(let text)? = constant(expression) else { return [] }
        return [(text, expression)]
    }

    private func constant(_ expression: Expression) -> CELValue? {
        if case .literal(let value) = expression.kind { return value }
        if case .constant(let value) = resolution(of: expression) { return value }
        return nil
    }
}

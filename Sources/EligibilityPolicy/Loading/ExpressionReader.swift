import CEL

/// Checks the expressions of a file and says where in the file something is wrong with them.
struct ExpressionReader {
    let lines: SourceLines
    let report: ProblemReport

    /// The checked expression, of one of the types wanted. Nil where it is not one, which is reported.
    ///
    /// - Parameter hint: what to do about an unknown name that resembles no other.
    func check(
        _ node: DocumentNode, of wanted: [CELType] = [], in environment: Environment, role: String, hint: String? = nil
    ) -> CheckedExpression? {
        guard let text = node.text, !node.isNull else {
            report.add(at: node.position, "\(role) must be an expression, not \(node.kindName)")
            return nil
        }
        let checked: CheckedExpression
        do throws(CELError) {
            checked = try environment.check(environment.parse(text))
        } catch {
            let positions = ScalarPositions(of: node, in: lines)
            for diagnostic in error.diagnostics {
                let hint = diagnostic.code == .undeclaredReference ? hint : nil
                report.add(
                    at: positions.position(line: diagnostic.line, column: diagnostic.column), diagnostic.message,
                    advice: diagnostic.suggestion.map(Self.sentence) ?? hint)
            }
            return nil
        }
        // After an error above, a name may be of any type.
        let isExcused = checked.resultType == .dyn && !report.isEmpty
        guard wanted.isEmpty || wanted.contains(checked.resultType) || isExcused else {
            report.add(
                at: node.position,
                "\(role) must be of type \(wanted.map(\.description).joined(separator: " or ")), not \(checked.resultType)")
            return nil
        }
        return checked
    }

    /// The value of an expression without variables.
    func constant(_ node: DocumentNode, in environment: Environment, role: String) -> CELValue? {
        let hint = "A constant uses only constants above it; what looks at facts is a variable."
        guard let checked = check(node, in: environment, role: role, hint: hint) else { return nil }
        do throws(EvaluationError) {
            return try Program(checked, in: environment).evaluate(Activation(environment.slots))
        } catch {
            report.add(at: node.position, "\(role) has no value: \(error.message)")
            return nil
        }
    }

    private static func sentence(_ advice: String) -> String {
        advice.prefix(1).uppercased() + advice.dropFirst() + (advice.last.map { "?.!".contains($0) } == true ? "" : ".")
    }
}

import CEL

/// Checks the expressions of a file and says where in the file something is wrong with them.
struct ExpressionReader {
    let lines: SourceLines
    let origin: PolicyOrigin
    let report: ProblemReport
    /// Every expression that is well formed, but for constants, in the order of their reading.
    private let read = ReadExpressions()

    var expressions: [ReadExpression] { read.expressions }

    init(lines: SourceLines, origin: PolicyOrigin, report: ProblemReport) {
        self.lines = lines
        self.origin = origin
        self.report = report
    }

    /// The checked expression, of one of the types wanted. Nil where it is not one, which is reported.
    ///
    /// - Parameter hint: what to do about an unknown name that resembles no other.
    func check(
        _ node: DocumentNode, of wanted: [CELType] = [], in environment: Environment, role: String, hint: String? = nil
    ) -> CheckedExpression? {
        let checked = checked(node, of: wanted, in: environment, role: role, hint: hint)
        if let checked { read.expressions.append(ReadExpression(expression: checked, node: node, role: role)) }
        return checked
    }

    private func checked(
        _ node: DocumentNode, of wanted: [CELType] = [], in environment: Environment, role: String, hint: String?
    ) -> CheckedExpression? {
        guard let text = node.text, !node.isNull else {
            report.add(
                at: node.position, "\(role) must be an expression, not \(node.kindName)", advice: node.spelledAsExpression)
            return nil
        }
        let checked: CheckedExpression
        do throws(CELError) {
            checked = try environment.check(parse(text, in: environment))
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

    private func parse(_ text: String, in environment: Environment) throws(CELError) -> ParsedExpression {
        do throws(CELError) {
            return try environment.parse(text)
        } catch {
            guard origin == .recorded else { throw error }
            // Of the two errors the first is that of the language as it is.
            guard let former = try? environment.parse(text, edition: .first) else { throw error }
            return former
        }
    }

    /// The place in the file of a part of an expression.
    func position(of part: Expression, in expression: ReadExpression) -> SourcePosition {
        let location = expression.expression.parsed.source.location(at: part.range.lowerBound)
        return ScalarPositions(of: expression.node, in: lines)
            .position(line: Int(location.line), column: Int(location.column))
    }

    /// The value of an expression without variables.
    func constant(_ node: DocumentNode, in environment: Environment, role: String) -> CELValue? {
        let hint = "A constant uses only constants above it; what looks at facts is a variable."
        guard let checked = checked(node, in: environment, role: role, hint: hint) else { return nil }
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

/// An expression of the file that is well formed.
struct ReadExpression {
    let expression: CheckedExpression
    let node: DocumentNode
    /// What it is for, as the subject of a sentence.
    let role: String

    var root: Expression { expression.parsed.root }
}

private final class ReadExpressions {
    var expressions: [ReadExpression] = []
}

extension DocumentNode {
    /// Advice on how to write a list or mapping of YAML as one expression; nil for anything else.
    fileprivate var spelledAsExpression: String? {
        switch content {
        case .scalar: return isNull ? "Write an expression, such as consent.given." : nil
        case .sequence(let elements):
            return "Write the whole list as one text in double quotes: \"\(Self.list(elements.map(\.literal)))\"."
        case .mapping(let members):
            let entries = members.map { (member: Member) -> String? in
                member.value.literal.map { "\(Self.quoted(member.key)): \($0)" }
            }
            guard !entries.isEmpty, entries.count <= 5, !entries.contains(nil) else {
                return "Write the whole map as one text in double quotes: \"{'KEY': VALUE}\"."
            }
            return "Write the whole map as one text in double quotes: \"{\(entries.compactMap { $0 }.joined(separator: ", "))}\"."
        }
    }

    /// A scalar as an expression spells it; nil for a collection.
    private var literal: String? {
        guard case .scalar(let scalar) = content else { return nil }
        let isPlain = scalar.style == .plain && (Int(scalar.text) != nil || ["true", "false"].contains(scalar.text))
        return isPlain ? scalar.text : Self.quoted(scalar.text)
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }

    private static func list(_ elements: [String?]) -> String {
        guard elements.count <= 20, !elements.contains(nil) else { return "['FIRST', 'SECOND']" }
        return "[" + elements.compactMap { $0 }.joined(separator: ", ") + "]"
    }
}

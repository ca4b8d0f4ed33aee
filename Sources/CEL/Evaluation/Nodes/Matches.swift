/// `text.matches(pattern)` with a constant pattern, compiled once.
final class MatchesNode: Node {
    private let text: Node
    private let pattern: RegularExpression

    init(_ text: Node, _ pattern: RegularExpression, at location: SourceLocation) {
        self.text = text
        self.pattern = pattern
        super.init(at: location)
    }

    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue { .bool(try bool(activation)) }

    override func bool(_ activation: Activation) throws(EvaluationError) -> Bool {
        let text = try text.string(activation)
        do {
            return try pattern.matches(text, activation.meter)
        } catch {
            throw error.located(at: location)
        }
    }
}

extension Planner {
    /// The nodes of calls that are more than a function on values; nil for the others.
    func special(_ function: Function, _ isMember: Bool, _ operands: [Node], at location: SourceLocation) -> Node? {
        guard operands.count == 2, function.overloads.allSatisfy(\.isPure) else { return nil }
        switch function.name {
        case "or" where isMember: return OptionalAlternativeNode(operands[0], operands[1], unwraps: false, at: location)
        case "orValue" where isMember: return OptionalAlternativeNode(operands[0], operands[1], unwraps: true, at: location)
        case "matches" where style == .specialized:
            guard let constant = operands[1] as? ConstantNode, case .string(let text) = constant.value else {
                return nil
            }
            do throws(EvaluationError) {
                return MatchesNode(
                    operands[0], try RegularExpression(text, limits: RegexLimits(environment.limits)), at: location)
            } catch {
                // Fails when it is evaluated, as every error of an operation.
                return nil
            }
        default: return nil
        }
    }
}

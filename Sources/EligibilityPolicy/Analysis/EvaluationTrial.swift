import CEL

/// Tries expressions on facts, and finds those that fail whenever they are evaluated: a division by zero, a conversion of a
/// text that is no number, a place that a list does not have. Such a rule holds or rejects every request.
///
/// It may miss some, and what it claims rests on the facts that it tried: it claims nothing of a part that they seldom reach.
final class EvaluationTrial {
    /// What always fails, and why.
    struct Finding {
        let part: Expression
        let failure: EvaluationError
    }

    private let environment: Environment
    private let constants: [String: CELValue]
    private let policy: Policy
    /// Made when the first expression needs them: most policies have none that could fail.
    private lazy var activations = TrialFacts(policy).facts.map { facts in
        let activation = Activation(environment.slots)
        policy.evaluator.writeAll(facts, to: activation)
        return activation
    }
    /// Steps that may still be spent; a policy may ask for more than anybody would wait for, and then nothing is claimed of
    /// what is left.
    private var budget: UInt64 = 5_000_000
    /// A part counts where at least so many of the facts reached it.
    private static let leastReached = 12

    init(_ policy: Policy, environment: Environment) {
        self.environment = environment
        self.policy = policy
        constants = policy.analysis.constants
    }

    func finding(in expression: CheckedExpression) -> Finding? {
        let root = expression.parsed.root
        if let finding = constantFinding(in: root) { return finding }
        guard !isSafe(root) else { return nil }
        let (cost, overflow) = expression.worstCaseCost.multipliedReportingOverflow(by: UInt64(activations.count))
        guard !overflow, cost <= budget else { return nil }
        budget -= cost
        let program = Program(expression, in: environment)
        var parts: [Int: Reached] = [:]
        var failures = 0
        for activation in activations {
            let trace = program.trace(activation)
            var seen: [Int: EvaluationError?] = [:]
            for step in trace.steps where step.definition == nil {
                switch step.result {
                case .success: seen[step.expressionID] = .some(nil)
                case .failure(let error): if seen[step.expressionID] == nil { seen[step.expressionID] = .some(error) }
                }
            }
            for (part, failure) in seen { parts[part, default: Reached()].add(failure) }
            if case .failure = trace.result { failures += 1 }
        }
        let least = failures == activations.count ? 1 : Self.leastReached
        return innermost(root, parts, least)
    }

    /// How often a part was evaluated, and what it failed with.
    private struct Reached {
        var count = 0
        var failures = 0
        var failure: EvaluationError?

        mutating func add(_ failure: EvaluationError?) {
            count += 1
            guard let failure else { return }
            failures += 1
            self.failure = self.failure ?? failure
        }
    }

    private func innermost(_ expression: Expression, _ parts: [Int: Reached], _ least: Int) -> Finding? {
        for child in expression.children {
            if let finding = innermost(child, parts, least) { return finding }
        }
        guard let reached = parts[expression.id], let failure = reached.failure, reached.failures == reached.count,
            reached.count >= least
        else { return nil }
        return Finding(part: expression, failure: failure)
    }

    /// Whether no part can fail, so that nothing need be tried: selections, comparisons, logic, and calls that have a value for
    /// every text, time and span.
    private func isSafe(_ expression: Expression) -> Bool {
        switch expression.kind {
        case .index, .map, .record, .optionalMap, .block: return false
        case .binary(.divide, _, let divisor), .binary(.modulo, _, let divisor):
            guard case .literal(.int(let number)) = divisor.kind, number > 0 else { return false }
        case .literal(.int(let number)):
            // What is added to such a number may have no room.
            if number.magnitude > 1_000_000_000 { return false }
        case .call(let name, let target, let arguments, _):
            let isLiteral = arguments.allSatisfy(isKnown)
            let isSafe =
                target == nil
                ? Self.safeFunctions.contains(name) || (isLiteral && (name == "duration" || name == "timestamp"))
                : Self.safeMethods.contains(name) && (arguments.isEmpty || isLiteral)
            if !isSafe { return false }
        case .literal, .identifier, .select, .has, .unary, .binary, .logical, .conditional, .list, .comprehension, .bind: break
        }
        return expression.children.allSatisfy { isSafe($0) }
    }

    /// Whether it was looked at when it was read, as the zones and patterns in it were.
    private func isKnown(_ argument: Expression) -> Bool {
        switch argument.kind {
        case .literal: true
        case .identifier(let name, _): constants[name] != nil
        default: false
        }
    }

    private static let safeFunctions: Set<String> = ["size", "string", "dyn", "type"]
    private static let safeMethods: Set<String> = [
        "size", "startsWith", "endsWith", "contains", "matches", "lowerAscii", "upperAscii", "trim", "getFullYear", "getMonth",
        "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getHours", "getMinutes", "getSeconds", "getMilliseconds",
    ]

    // MARK: What is the same whatever the facts

    /// The first part without facts that has no value, or that divides by zero.
    private func constantFinding(in expression: Expression) -> Finding? {
        for child in expression.children {
            if let finding = constantFinding(in: child) { return finding }
        }
        if case .binary(let operation, _, let divisor) = expression.kind, operation == .divide || operation == .modulo,
            case .success(let value)? = constant(divisor), value == .int(0) || value == .uint(0)
        {
            return Finding(part: expression, failure: EvaluationError(.divisionByZero, "division by zero"))
        }
        guard !isSafe(expression), case .failure(let failure)? = constant(expression) else { return nil }
        return Finding(part: expression, failure: failure)
    }

    /// The value of an expression without facts; nil where it has facts, or variables of macros.
    private func constant(_ expression: Expression) -> Result<CELValue, EvaluationError>? {
        if case .literal(let value) = expression.kind { return .success(value) }
        guard isConstant(expression) else { return nil }
        let environment = FactSchema.constantEnvironment(constants: constants)
        // What cannot be read by itself is left to the trial as a whole.
        guard let program = try? environment.compile(expression.sourceText) else { return nil }
        do throws(EvaluationError) {
            return .success(try program.evaluate(Activation(environment.slots)))
        } catch {
            return .failure(error)
        }
    }

    private func isConstant(_ expression: Expression) -> Bool {
        switch expression.kind {
        case .literal: true
        case .identifier(let name, _): constants[name] != nil
        case .call, .unary, .binary, .logical, .conditional, .list, .map, .index: expression.children.allSatisfy(isConstant)
        case .select, .has, .record, .comprehension, .bind, .optionalMap, .block: false
        }
    }
}

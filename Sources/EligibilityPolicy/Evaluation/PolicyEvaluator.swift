import CEL
import Canonical

/// Decides on facts with the compiled rules of a policy.
///
/// A class, and its rules too, so that a decision copies none of what it reads.
final class PolicyEvaluator: Sendable {
    /// Those that act on a new request.
    let rules: [CompiledRule]
    /// The expressions of the rules that do not act on a new request.
    let idle: [CheckedExpression]
    /// What each rule requires.
    private let requirements: [Program]
    /// What clients are told where rules fail; nil where that is what was decided.
    private let disclosures: DisclosurePlan?
    let kinds: KindTable
    /// Where an activation holds which fact.
    let slots: SlotLayout
    /// Writes the facts that requirements read; those that only parameters read are needed when a rule fails.
    private let requirementFacts: FactWriter
    private let parameterFacts: FactWriter
    private let allFacts: FactWriter

    private let digest: Digest
    /// What every decision that approves says, made once.
    private let allPassed: [Ruling]
    private let pool: ActivationPool

    init(
        rules checked: [CheckedRule], digest: Digest, catalog: DeviceCatalog, reasons: ReasonCatalog, schema: FactSchema,
        environment: Environment
    ) {
        rules = checked.filter { $0.rule.at.contains(.admission) }.map { CompiledRule($0, in: environment) }
        idle = checked.filter { !$0.rule.at.contains(.admission) }.flatMap { [$0.requirement] + $0.parameters.map(\.expression) }
        self.digest = digest
        disclosures = DisclosurePlan(rules.map(\.rule), reasons)
        kinds = KindTable(catalog)
        slots = environment.slots
        allPassed = rules.map { Ruling(passed: $0.rule.id) }
        pool = ActivationPool(environment.slots)
        requirements = rules.map(\.requirement)
        let required = Set(rules.flatMap(\.requirement.slotsRead))
        let others = Set(rules.flatMap { ($0.parameters.map(\.program) + $0.exclusions.map(\.condition)).flatMap(\.slotsRead) })
            .subtracting(required)
        requirementFacts = FactWriter(environment.slots, schema, wanted: required)
        parameterFacts = FactWriter(environment.slots, schema, wanted: others)
        allFacts = FactWriter(environment.slots, schema, wanted: nil)
    }

    /// Total: a rule whose expression fails counts as not passed. All rules are evaluated.
    func evaluate(_ facts: Facts) -> Decision {
        let activation = pool.take()
        defer { pool.give(activation) }
        let derived = DerivedFacts(facts, kinds: kinds)
        requirementFacts.write(facts, derived, kinds: kinds, to: activation)
        var rulings = allPassed
        var outcome = Outcome.approve
        var approvals = 0
        var hasAllFacts = false
        for place in requirements.indices {
            var failure: EvaluationError?
            do throws(EvaluationError) {
                if try requirements[place].evaluateBool(activation) { continue }
            } catch {
                failure = error
            }
            if !hasAllFacts {
                parameterFacts.write(facts, derived, kinds: kinds, to: activation)
                hasAllFacts = true
            }
            if rules[place].exclusion(activation) != nil { continue }
            let rule = rules[place].rule
            switch rule.consequence {
            case .reject: outcome = .reject
            case .review:
                if outcome == .approve { outcome = .review }
                approvals = max(approvals, rule.approvals)
            case .note: break
            }
            rulings[place] = Ruling(failed: rules[place].reason(failure, activation))
        }
        return Decision(
            outcome: outcome, policy: digest, rulings: rulings, approvalsRequired: outcome == .review ? approvals : 0,
            disclosed: outcome == .approve ? nil : disclosures?.disclosed(rulings))
    }

    /// Writes all facts to an activation, whether the policy reads them or not.
    func writeAll(_ facts: Facts, to activation: Activation) {
        allFacts.write(facts, DerivedFacts(facts, kinds: kinds), kinds: kinds, to: activation)
    }

    /// Calls `body` with an activation that holds all facts, whether the policy reads them or not.
    func withActivation<Result>(for facts: Facts, _ body: (Activation) throws -> Result) rethrows -> Result {
        let activation = pool.take()
        defer { pool.give(activation) }
        writeAll(facts, to: activation)
        return try body(activation)
    }
}

/// A rule ready to be evaluated.
final class CompiledRule: Sendable {
    let rule: Rule
    let requirement: Program
    let parameters: [Parameter]
    let exclusions: [(reason: RuleExclusion, condition: Program)]

    struct Parameter: Sendable {
        let name: String
        let kind: ErrorParameter.Kind
        let program: Program
    }

    init(_ checked: CheckedRule, in environment: Environment) {
        rule = checked.rule
        requirement = Program(checked.requirement, in: environment)
        parameters = checked.parameters.map {
            Parameter(name: $0.declaration.name, kind: $0.declaration.kind, program: Program($0.expression, in: environment))
        }
        exclusions = checked.exclusions.map { ($0.reason, Program($0.condition, in: environment)) }
    }

    /// Why the rule does not act on these facts; nil where it acts.
    func exclusion(_ activation: Activation) -> RuleExclusion? {
        exclusions.first { (try? $0.condition.evaluateBool(activation)) ?? false }?.reason
    }

    /// Why the rule did not pass.
    func reason(_ failure: EvaluationError?, _ activation: Activation) -> Reason {
        Reason(
            rule: rule.id, consequence: rule.consequence, code: rule.code,
            parameters: ErrorParameters(parameters.map { ($0.name, $0.value(activation)) }),
            evaluationFailure: failure.map { "\($0.code.rawValue): \($0.message)" })
    }
}

extension CompiledRule.Parameter {
    /// The parameter's value; where its expression fails, or gives what the parameter cannot hold, an empty one of its kind.
    fileprivate func value(_ activation: Activation) -> ParameterValue {
        do throws(EvaluationError) {
            return ParameterValue(try program.evaluate(activation), kind) ?? Self.placeholder(kind)
        } catch {
            return Self.placeholder(kind)
        }
    }

    private static func placeholder(_ kind: ErrorParameter.Kind) -> ParameterValue {
        switch kind.type {
        case .int: .integer(0)
        case .string: .string("")
        default: .strings([])
        }
    }
}

extension ParameterValue {
    fileprivate init?(_ value: CELValue, _ kind: ErrorParameter.Kind) {
        switch value {
        case .string(let text): self = .string(text)
        case .int(let number): self = .integer(Int(number))
        case .list(let elements):
            let texts = elements.compactMap { if case .string(let text) = $0 { text } else { nil } }
            guard texts.count == elements.count else { return nil }
            self = .strings(texts)
        default: return nil
        }
        guard kind.accepts(self) else { return nil }
    }
}

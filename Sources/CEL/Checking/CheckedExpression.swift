/// An expression whose names are resolved and whose types fit.
package struct CheckedExpression: Sendable {
    package let parsed: ParsedExpression
    package let resultType: CELType
    /// Steps of the most expensive evaluation, under the limits' assumptions on sizes that are not known.
    package internal(set) var worstCaseCost: UInt64
    /// The part of it that is not of definitions.
    var ownCost: UInt64 = 0
    /// Height of the tree of evaluation, through the names that are defined by other expressions.
    var evaluationHeight: Int
    /// How many local variables are alive together at most.
    let localCount: Int

    /// By the ids of the nodes.
    private let types: [CELType]
    private let resolutions: [Resolution]

    init(parsed: ParsedExpression, resultType: CELType, localCount: Int, types: [CELType], resolutions: [Resolution]) {
        self.parsed = parsed
        self.resultType = resultType
        self.localCount = localCount
        self.types = types
        self.resolutions = resolutions
        worstCaseCost = 0
        evaluationHeight = 0
    }

    package func type(of expression: Expression) -> CELType { types[expression.id] }

    func resolution(of expression: Expression) -> Resolution { resolutions[expression.id] }

    /// The definitions that the expression uses, and those that these use, each after those that it uses itself.
    var definitions: [Definition] {
        var found: [ObjectIdentifier: Definition] = [:]
        var pending = ownDefinitions
        while let definition = pending.popLast() {
            if found.updateValue(definition, forKey: definition.identity) == nil {
                pending += definition.expression.ownDefinitions
            }
        }
        // A definition can only use those that the environment had before it.
        return found.values.sorted { $0.number < $1.number }
    }

    private var ownDefinitions: [Definition] {
        resolutions.compactMap { if case .definition(let definition) = $0 { definition } else { nil } }
    }
}

extension RecordShape {
    /// All slots of its leaves.
    var slots: [Int] {
        members.flatMap { member in
            switch member {
            case .leaf(let slot, _): [slot]
            case .record(let shape): shape.slots
            }
        }
    }
}

/// What a node of the tree stands for, beyond its form.
indirect enum Resolution: Sendable {
    /// Its form says all.
    case none
    case slot(Int)
    case record(RecordShape)
    case constant(CELValue)
    case definition(Definition)
    case local(Int)
    /// The node brings locals into scope, numbered from here.
    case scope(firstLocal: Int)
    case function(Function)
    /// A function with a qualified name: what looks like the receiver is its namespace.
    case namespacedFunction(Function)
    /// Evaluation fails here; only in expressions that were not checked strictly.
    case failure(EvaluationError)
}

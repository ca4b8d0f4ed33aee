/// Functions and operators.
extension Checker {
    mutating func operation(_ name: String, _ operands: [Expression], at expression: Expression) -> CELType {
        let types = operands.map { check($0) }
        let overloads = OperatorTable.overloads[name] ?? []
        return result(of: name, overloads, types, operands, at: expression.anchor)
    }

    mutating func call(
        _ expression: Expression, _ name: String, target: Expression?, arguments: [Expression], absolute: Bool
    ) -> CELType {
        if let function = namespaced(name, target: target, absolute: absolute) {
            let types = arguments.map { check($0) }
            resolve(expression, to: target == nil ? .function(function) : .namespacedFunction(function))
            checkLiterals(of: function, arguments)
            return result(of: expression, function, types, isMember: false)
        }
        let targetType = target.map { check($0) }
        let types = arguments.map { check($0) }
        guard let targetType, let function = environment.functions[name] else {
            unknownFunction(name, isMember: target != nil, at: expression)
            return .dyn
        }
        resolve(expression, to: .function(function))
        checkLiterals(of: function, (target.map { [$0] } ?? []) + arguments)
        checkZone(of: function, (target.map { [$0] } ?? []) + arguments)
        return result(of: expression, function, [targetType] + types, isMember: true)
    }

    /// A function with a qualified name, such as `math.greatest`, or one that is called without a receiver.
    private func namespaced(_ name: String, target: Expression?, absolute: Bool) -> Function? {
        var qualified = name
        var isAbsolute = absolute
        if let target {
            guard let path = target.path, path.absolute || local(named: String(path.name.prefix { $0 != "." })) == nil else {
                return nil
            }
            qualified = path.name + "." + name
            isAbsolute = path.absolute
        }
        for candidate in environment.candidates(for: qualified, absolute: isAbsolute) {
            if let function = environment.functions[candidate], target == nil || candidate.contains(".") { return function }
        }
        return nil
    }

    private mutating func unknownFunction(_ name: String, isMember: Bool, at expression: Expression) {
        let known = environment.functions.values.filter { function in function.overloads.contains { $0.isMember == isMember } }
        report(
            .undeclaredReference, "undeclared function '\(name)'",
            suggestion: SyntaxAdvice.words(name)
                ?? nearestName(to: name, among: known.map(\.name)).map { "did you mean '\($0)'?" }, at: expression.anchor)
        resolve(expression, to: .failure(EvaluationError(.unboundFunction, "unbound function '\(name)'")))
    }

    private mutating func result(of expression: Expression, _ function: Function, _ types: [CELType], isMember: Bool) -> CELType {
        let fitting = function.overloads.filter {
            $0.isMember == isMember && ($0.parameters.count == types.count || $0.isVariadic)
        }
        if fitting.isEmpty {
            resolve(expression, to: .failure(EvaluationError(.noMatchingOverload, "no matching overload for '\(function.name)'")))
        }
        if let overload = fitting.first, overload.isVariadic { return variadicNumber(function, types, at: expression.anchor) }
        return result(of: function.name, fitting, types, [], at: expression.anchor)
    }

    /// The result of the overloads that fit: their type where they agree, `dyn` where only the run can tell.
    ///
    /// - Parameter operands: those of an operator, for advice.
    private mutating func result(
        of name: String, _ overloads: [Overload], _ types: [CELType], _ operands: [Expression], at offset: Int
    ) -> CELType {
        guard isStrict else { return .dyn }
        var results: [CELType] = []
        let before = unifier
        var chosen: Unifier?
        for overload in overloads {
            unifier = before
            let instance = unifier.instantiate(overload.parameters + [overload.result])
            guard unifier.assign(types, to: Array(instance.dropLast())), let type = instance.last else { continue }
            results.append(unifier.resolve(type))
            chosen = chosen ?? unifier
        }
        unifier = chosen ?? before
        guard let first = results.first else {
            let applied = types.map { unifier.finalized($0).description }.joined(separator: ", ")
            report(
                .noMatchingOverload, "no matching overload for '\(name)' applied to (\(applied))",
                suggestion: OperandAdvice.text(name, types.map(unifier.finalized), operands), at: offset)
            return .dyn
        }
        return results.allSatisfy { $0 == first } ? first : .dyn
    }

    /// `math.greatest` and `math.least`: any numbers, or one list of numbers.
    private mutating func variadicNumber(_ function: Function, _ types: [CELType], at offset: Int) -> CELType {
        var operands = types.map { unifier.resolve($0) }
        if operands.count == 1, case .list(let element) = operands[0] { operands = [unifier.resolve(element)] }
        let allowed = operands.allSatisfy { type in
            switch type {
            case .int, .uint, .double, .dyn, .parameter: true
            default: false
            }
        }
        guard allowed, let first = operands.first else {
            let applied = types.map { unifier.finalized($0).description }.joined(separator: ", ")
            report(.noMatchingOverload, "no matching overload for '\(function.name)' applied to (\(applied))", at: offset)
            return .dyn
        }
        return operands.allSatisfy { $0 == first } ? first : .dyn
    }
}

/// The extension `optionals`: functions; the syntax and the macros are the parser's.
extension FunctionTable {
    static func addOptionalsLibrary(to table: inout FunctionSet) {
        let wrapped = CELType.parameter(0)
        let optional = CELType.optional(wrapped)
        table.global("optional.of", wrapped, optional) { value, _ throws(EvaluationError) in .optional(CELOptional(value)) }
        table.global("optional.ofNonZeroValue", wrapped, optional) { value, _ throws(EvaluationError) in
            .optional(value.isZero ? .none : CELOptional(value))
        }
        table.add(
            "optional.none",
            Overload(parameters: [], result: optional, body: .variadic { _, _ throws(EvaluationError) in .optional(.none) }))
        table.method("hasValue", optional, .bool) { value, _ throws(EvaluationError) in
            .bool(try present(value, "hasValue") != nil)
        }
        table.method("value", optional, wrapped) { value, _ throws(EvaluationError) in
            guard let inner = try present(value, "value") else {
                throw EvaluationError(.absentValue, "optional.none() has no value")
            }
            return inner
        }
        // Evaluated by a node of their own, which works out the argument only where it is needed.
        table.add("or", Overload(parameters: [optional, optional], result: optional, isMember: true, body: .none))
        table.add("orValue", Overload(parameters: [optional, wrapped], result: wrapped, isMember: true, body: .none))
        table.global("optional.unwrap", .list(optional), .list(wrapped), unwrap)
        table.method("unwrapOpt", .list(optional), .list(wrapped), unwrap)
    }

    @Sendable
    private static func unwrap(_ list: CELValue, _ meter: Meter) throws(EvaluationError) -> CELValue {
        guard case .list(let elements) = list else { throw EvaluationError.noOverload("unwrapOpt", list) }
        try meter.chargeCollection(elements.count)
        var values: [CELValue] = []
        for element in elements {
            if let value = try present(element, "unwrapOpt") { values.append(value) }
        }
        return .list(values)
    }

    private static func present(_ value: CELValue, _ function: String) throws(EvaluationError) -> CELValue? {
        guard case .optional(let optional) = value else { throw EvaluationError.noOverload(function, value) }
        return optional.value
    }
}

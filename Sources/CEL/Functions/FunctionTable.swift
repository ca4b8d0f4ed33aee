/// All functions that an environment offers, by name.
enum FunctionTable {
    static func functions(of libraries: Set<Library>, adding declared: [FunctionDeclaration]) -> [String: Function] {
        var table = FunctionSet()
        addConversions(to: &table)
        addTextFunctions(to: &table)
        addTimeFunctions(to: &table)
        if libraries.contains(.strings) { addStringsLibrary(to: &table) }
        if libraries.contains(.math) { addMathLibrary(to: &table) }
        if libraries.contains(.optionals) { addOptionalsLibrary(to: &table) }
        if libraries.contains(.encoders) { addEncodersLibrary(to: &table) }
        for function in declared { table.add(function) }
        return table.functions
    }
}

/// Functions while they are collected.
struct FunctionSet {
    private(set) var functions: [String: Function] = [:]

    mutating func add(_ name: String, _ overload: Overload) {
        functions[name, default: Function(name: name, overloads: [])].overloads.append(overload)
    }

    mutating func add(_ declaration: FunctionDeclaration) {
        let body: Overload.Body
        if let implementation = declaration.implementation {
            body = .variadic { values, _ throws(EvaluationError) in try implementation(values) }
        } else {
            body = .none
        }
        add(
            declaration.name,
            Overload(
                parameters: declaration.parameters, result: declaration.result, isMember: declaration.isMember, isPure: false,
                body: body))
    }

    /// A function that is called with its operand as receiver.
    mutating func method(
        _ name: String, _ receiver: CELType, _ result: CELType,
        _ body: @escaping @Sendable (CELValue, Meter) throws(EvaluationError) -> CELValue
    ) {
        add(name, Overload(parameters: [receiver], result: result, isMember: true, body: .unary(body)))
    }

    mutating func method(
        _ name: String, _ receiver: CELType, _ argument: CELType, _ result: CELType,
        _ body: @escaping @Sendable (CELValue, CELValue, Meter) throws(EvaluationError) -> CELValue
    ) {
        add(name, Overload(parameters: [receiver, argument], result: result, isMember: true, body: .binary(body)))
    }

    mutating func method(
        _ name: String, _ parameters: [CELType], _ result: CELType,
        _ body: @escaping @Sendable ([CELValue], Meter) throws(EvaluationError) -> CELValue
    ) {
        add(name, Overload(parameters: parameters, result: result, isMember: true, body: .variadic(body)))
    }

    /// A function that is called without a receiver.
    mutating func global(
        _ name: String, _ parameter: CELType, _ result: CELType,
        _ body: @escaping @Sendable (CELValue, Meter) throws(EvaluationError) -> CELValue
    ) {
        add(name, Overload(parameters: [parameter], result: result, body: .unary(body)))
    }

    mutating func global(
        _ name: String, _ first: CELType, _ second: CELType, _ result: CELType,
        _ body: @escaping @Sendable (CELValue, CELValue, Meter) throws(EvaluationError) -> CELValue
    ) {
        add(name, Overload(parameters: [first, second], result: result, body: .binary(body)))
    }
}

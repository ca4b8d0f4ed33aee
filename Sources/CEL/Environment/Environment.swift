/// What an expression may use: variables, records, constants, named expressions, functions and limits.
package struct Environment: Sendable {
    package let variables: [VariableDeclaration]
    package let records: [String: RecordType]
    /// Names are first looked up in this namespace (langdef, "Name Resolution").
    package let container: String
    package let libraries: Set<Library>
    package let limits: Limits
    /// Whether a constant that is no pattern, duration or time is an error of the check where it is used as one.
    package let validatesLiterals: Bool
    /// Whether a constant that is no time zone is one too.
    package let validatesZones: Bool
    /// Where an activation holds the variables.
    package let slots: SlotLayout

    private(set) var globals: [String: Global] = [:]
    private var definitionCount = 0
    let functions: [String: Function]

    /// What a name that is not local to the expression stands for.
    enum Global: Sendable {
        case variable(slot: Int, CELType)
        case record(RecordShape)
        case constant(CELValue, CELType)
        case definition(Definition)
    }

    package init(
        variables: [VariableDeclaration], records: [RecordType] = [], constants: [String: CELValue] = [:],
        functions: [FunctionDeclaration] = [],
        container: String = "", libraries: Set<Library> = .all, limits: Limits = .default,
        validatesLiterals: Bool = false, validatesZones: Bool = false
    ) {
        self.variables = variables
        self.records = Dictionary(records.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.container = container
        self.libraries = libraries
        self.limits = limits
        self.validatesLiterals = validatesLiterals
        self.validatesZones = validatesZones
        self.functions = FunctionTable.functions(of: libraries, adding: functions)
        var layout = SlotLayout()
        for (name, type) in CELType.denotable where type != .optional(.dyn) || libraries.contains(.optionals) {
            globals[name] = .constant(.type(type), .type(type))
        }
        for (name, value) in constants { globals[name] = .constant(value, Self.inferredType(of: value)) }
        for variable in variables {
            switch Self.member(variable.name, of: variable.type, records: self.records, ancestors: [], in: &layout) {
            case .leaf(let slot, let type): globals[variable.name] = .variable(slot: slot, type)
            case .record(let shape): globals[variable.name] = .record(shape)
            }
        }
        slots = layout
    }

    /// Gives a slot to every leaf under a path. A record within itself is not flattened: its value is one map.
    private static func member(
        _ path: String, of type: CELType, records: [String: RecordType], ancestors: Set<String>, in layout: inout SlotLayout
    ) -> RecordShape.Member {
        guard case .record(let name) = type, let record = records[name], !ancestors.contains(name) else {
            return .leaf(slot: layout.add(path, type: type), type)
        }
        let members = record.fields.map {
            member(path + "." + $0.name, of: $0.type, records: records, ancestors: ancestors.union([name]), in: &layout)
        }
        return .record(RecordShape(type: record, members: members))
    }

    /// The most specific type of a constant, elements included.
    private static func inferredType(of value: CELValue) -> CELType {
        func common(_ values: [CELValue]) -> CELType {
            let types = Set(values.map(inferredType))
            return types.count == 1 ? types.first ?? .dyn : .dyn
        }
        return switch value {
        case .list(let elements): .list(common(elements))
        case .map(let map): .map(common(map.entries.map(\.key)), common(map.entries.map(\.value)))
        case .optional(let optional): .optional(optional.value.map(inferredType) ?? .dyn)
        default: value.type
        }
    }

    /// The environment with one more name: an expression that stands for its value wherever it is used.
    ///
    /// An activation evaluates it at most once until a variable changes, whichever programs use it.
    package func defining(_ name: String, as expression: CheckedExpression) -> Environment {
        var extended = self
        extended.globals[name] = .definition(Definition(name: name, expression: expression, number: definitionCount))
        extended.definitionCount += 1
        return extended
    }

    /// The names that a name may mean, nearest scope first.
    func candidates(for name: String, absolute: Bool) -> [String] {
        guard !absolute, !container.isEmpty else { return [name] }
        var scope = container[...]
        var names: [String] = []
        while !scope.isEmpty {
            names.append(scope + "." + name)
            scope = scope.lastIndex(of: ".").map { scope[..<$0] } ?? ""
        }
        return names + [name]
    }
}

extension Environment {
    /// Reads the text. The error holds the first thing that is wrong with its form.
    ///
    /// - Parameters:
    ///   - expandsMacros: false to read `has`, `all` and the other macros as ordinary calls.
    ///   - edition: the edition of the language that the text is written in.
    package func parse(
        _ source: String, expandsMacros: Bool = true, edition: Edition = .current
    ) throws(CELError) -> ParsedExpression {
        try Parser.parse(source, libraries: libraries, limits: limits, expandsMacros: expandsMacros, edition: edition)
    }

    /// Resolves names, infers types and bounds the cost. The error holds everything that is wrong.
    package func check(_ parsed: ParsedExpression) throws(CELError) -> CheckedExpression {
        try Checker.check(parsed, in: self, isStrict: true)
    }

    /// Resolves names only: what does not fit together becomes an error when, and if, it is evaluated
    /// (langdef, "Gradual Type Checking": checking does not affect the result of evaluation).
    package func checkLeniently(_ parsed: ParsedExpression) throws(CELError) -> CheckedExpression {
        try Checker.check(parsed, in: self, isStrict: false)
    }

    /// Parses, checks and plans.
    package func compile(_ source: String) throws(CELError) -> Program {
        Program(try check(parse(source)), in: self)
    }
}

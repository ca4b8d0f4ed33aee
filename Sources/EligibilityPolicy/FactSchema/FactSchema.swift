import CEL

/// What expressions of a policy may read: every fact with its type and meaning.
package enum FactSchema {
    package static let records = FactRecord.allCases

    /// A line for each record and fact: its path, type and meaning, for `devshare policy facts`.
    package static var listing: [(path: String, type: String, documentation: String)] {
        records.flatMap { record in
            [(record.rawValue, "record", record.documentation)]
                + record.fields.map { ($0.path, $0.type.description, $0.documentation) }
        }
    }

    /// Names that an author's constants and variables may not take.
    static let names = Set(records.map(\.rawValue))

    /// The environment in which the expressions of a policy are checked, with the constants of the file.
    static func environment(constants: [String: CELValue], origin: PolicyOrigin = .proposed) -> Environment {
        Environment(
            variables: variables, records: recordTypes, constants: constants, limits: limits, validatesLiterals: true,
            validatesZones: origin == .proposed)
    }

    /// The environment of the constants: no facts, only constants above.
    static func constantEnvironment(constants: [String: CELValue]) -> Environment {
        Environment(variables: [], constants: constants, limits: limits, validatesLiterals: true)
    }

    private static let limits: Limits = {
        var limits = Limits.default
        limits.expressionSize = PolicyLimits.expressionSize
        limits.worstCaseCost = PolicyLimits.expressionCost
        limits.evaluationSteps = PolicyLimits.evaluationSteps
        limits.comprehensionIterations = PolicyLimits.evaluationSteps
        return limits
    }()

    private static let variables = records.map {
        VariableDeclaration(name: $0.rawValue, type: .record($0.rawValue), documentation: $0.documentation)
    }

    private static let recordTypes = records.map { record in
        RecordType(
            name: record.rawValue,
            fields: record.fields.map {
                RecordType.Field(name: $0.name, type: $0.type, documentation: $0.documentation)
            })
    }
}

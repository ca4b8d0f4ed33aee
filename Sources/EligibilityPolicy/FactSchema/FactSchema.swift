import CEL

/// What expressions of a policy may read: every fact with its type and meaning.
package struct FactSchema: Sendable {
    /// What the policy declares for itself.
    package let declared: [DeclaredField]
    /// The fields by their paths.
    package let byPath: [String: FactField]
    /// A record of declared fields only where the policy has any.
    package let records: [FactRecord]
    private let variables: [VariableDeclaration]
    private let recordTypes: [RecordType]

    /// What every policy may read.
    package static let common = FactSchema()

    /// - Parameter hidden: records that came after the policy was put in force, and whose names are those of its own constants or
    ///   variables.
    package init(declared: [DeclaredField] = [], hiding hidden: Set<FactRecord> = []) {
        self.declared = declared
        let fields = (FactField.all + declared.map(FactField.declared)).filter { !hidden.contains($0.record) }
        byPath = Dictionary(fields.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        records = FactRecord.allCases.filter { record in fields.contains { $0.record == record } }
        variables = records.map {
            VariableDeclaration(name: $0.rawValue, type: .record($0.rawValue), documentation: $0.documentation)
        }
        recordTypes = records.map { record in
            RecordType(
                name: record.rawValue,
                fields: fields.filter { $0.record == record }.map {
                    RecordType.Field(name: $0.name, type: $0.type, documentation: $0.documentation)
                })
        }
    }

    package func fields(of record: FactRecord) -> [FactField] {
        record.fields + declared.filter { $0.record == record }.map(FactField.declared)
    }

    /// A line for each record and fact: its path, type and meaning, for `devshare policy facts`.
    package var listing: [(path: String, type: String, documentation: String)] {
        records.flatMap { record in
            [(record.rawValue, "record", record.documentation)]
                + fields(of: record).map { ($0.path, $0.type.description, $0.documentation) }
        }
    }

    /// Names that an author's constants and variables may not take.
    var names: Set<String> { Set(records.map(\.rawValue)) }

    /// The environment in which the expressions of a policy are checked, with the constants of the file.
    func environment(constants: [String: CELValue], origin: PolicyOrigin = .proposed) -> Environment {
        Environment(
            variables: variables, records: recordTypes, constants: constants, limits: Self.limits, validatesLiterals: true,
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
}

import CEL

/// What holds of every request that any policy lets through. Kept in a file of its own.
package struct Invariant: Sendable {
    package enum Scope: String, CaseIterable, Hashable, Sendable {
        /// Of every request that is not rejected: neither the policy nor an officer can approve one of which it does not hold.
        case unlessRejected = "unless-rejected"
        /// Of every request that the policy approves by itself.
        case whenApproved = "when-approved"
    }

    package let id: String
    package let title: LocalizedText
    package let scope: Scope
    /// A condition on the facts of the request.
    package let requirement: CheckedExpression
}

extension Invariant {
    /// How many a file may hold.
    package static let most = 100

    /// Reads a file of invariants.
    ///
    /// - Throws: `policy-invalid` with everything that is wrong and its place.
    package static func load(_ text: String, file: String) throws(PolicyError) -> [Invariant] {
        let report = ProblemReport(file: file)
        let invariants = Document(text, limit: PolicyLimits.fileSize, report: report).flatMap { document in
            InvariantReader(
                report: report, expressions: ExpressionReader(lines: document.lines, origin: .proposed, report: report)
            )
            .invariants(document.root)
        }
        if let error = report.error(.policyInvalid) { throw error }
        return invariants ?? []
    }
}

private struct InvariantReader {
    let report: ProblemReport
    let expressions: ExpressionReader
    private let environment = FactSchema.common.environment(constants: [:], origin: .proposed)

    init(report: ProblemReport, expressions: ExpressionReader) {
        self.report = report
        self.expressions = expressions
    }

    private static let file = MappingShape("a file of invariants", required: ["invariants"])
    private static let invariant = MappingShape("an invariant", required: ["id", "title", "require", "holds"])

    func invariants(_ root: DocumentNode) -> [Invariant]? {
        guard let file = MappingReader(root, as: Self.file, report: report) else { return nil }
        var ids = UniqueNames("invariant", report)
        return file.list("invariants", atMost: Invariant.most).compactMap { node in
            guard let reader = MappingReader(node, as: Self.invariant, report: report) else { return nil }
            let id = reader.identifier("id")
            if let id { ids.add(id, at: reader.position(of: "id")) }
            let title = reader.localizedText("title")
            let scope = reader.choice("holds", of: Invariant.Scope.self)
            let requirement = reader.node("require").flatMap {
                expressions.check($0, of: [.bool], in: environment, role: "what an invariant requires")
            }
            guard let id, let title, let scope, let requirement else { return nil }
            return Invariant(id: id, title: title, scope: scope, requirement: requirement)
        }
    }
}

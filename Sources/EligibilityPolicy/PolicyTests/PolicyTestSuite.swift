/// The cases beside a policy file, `NAME.tests.yaml`.
package struct PolicyTestSuite: Sendable {
    package let cases: [PolicyTestCase]
    /// The facts that cases begin from, as written.
    let base: DocumentNode?
    /// The same as facts; nil where they are not whole, and each case says the rest.
    package let plain: Facts?
    /// How far the list of cases is indented in the file, in blanks.
    let indentation: Int

    /// Of one file.
    static let maximumCases = 10_000
    static let file = MappingShape("a file of cases", required: ["facts", "cases"])
    static let testCase = MappingShape(
        "a case", required: ["id", "expect"], optional: ["about", "with", "failing", "approvals"])
    static let failure = MappingShape("a failing rule", required: ["rule"], optional: ["error", "parameters"])

    /// Reads a file of cases.
    ///
    /// - Throws: `policy-tests-invalid` with everything that is wrong and its place.
    package static func load(_ text: String, file: String) throws(PolicyError) -> PolicyTestSuite {
        let report = ProblemReport(file: file)
        let document = Document(text, limit: 4 * 1_048_576, report: report)
        let cases = document.map { PolicyTestReader(report: report).cases($0.root) } ?? []
        if let error = report.error(.testsInvalid) { throw error }
        let base = document?.root["facts"]
        return PolicyTestSuite(
            cases: cases, base: base, plain: base.flatMap { Facts($0, report: ProblemReport(file: file)) },
            indentation: indentation(of: cases, in: text))
    }

    /// Of the dash before the first case; 2 where there is none in its line, as in a list between brackets.
    private static func indentation(of cases: [PolicyTestCase], in text: String) -> Int {
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
        guard let first = cases.first, lines.indices.contains(first.line - 1) else { return 2 }
        let blanks = lines[first.line - 1].prefix { $0 == " " }
        return lines[first.line - 1].dropFirst(blanks.count).first == "-" ? blanks.count : 2
    }

    /// The cases of a list, indented as this file's is, that begin from the facts of this file.
    ///
    /// - Throws: `policy-tests-invalid` with everything that is wrong and its place in the list.
    package func reading(_ list: String) throws(PolicyError) -> [PolicyTestCase] {
        let report = ProblemReport(file: "cases")
        var cases: [PolicyTestCase] = []
        if let document = Document("cases:\n" + list, limit: 4 * 1_048_576, report: report) {
            let facts = base.map { [DocumentNode.Member(key: "facts", position: .start, value: $0)] } ?? []
            let file = DocumentNode(position: .start, content: .mapping((document.root.members ?? []) + facts))
            cases = PolicyTestReader(report: report).cases(file)
        }
        if let error = report.error(.testsInvalid) { throw error }
        return cases
    }

    /// The result of every case, in the order of the file.
    package func run(on policy: Policy) -> [CaseResult] {
        cases.map { $0.run(on: policy) }
    }
}

private struct PolicyTestReader {
    let report: ProblemReport

    func cases(_ root: DocumentNode) -> [PolicyTestCase] {
        guard let file = MappingReader(root, as: PolicyTestSuite.file, report: report) else { return [] }
        var ids = UniqueNames("case", report)
        let base = file.node("facts")
        return file.list("cases", atMost: PolicyTestSuite.maximumCases).compactMap { node in
            guard let reader = MappingReader(node, as: PolicyTestSuite.testCase, report: report) else { return nil }
            let id = reader.identifier("id")
            if let id { ids.add(id, at: reader.position(of: "id")) }
            if reader.node("about") != nil { _ = reader.text("about") }
            let changes = reader.node("with")
            let facts = base.flatMap { base in Facts(changes.map { base.merging($0) } ?? base, report: report) }
            let expected = expectation(reader)
            guard let id, let facts, let expected else { return nil }
            return PolicyTestCase(id: id, line: node.position.line, facts: facts, expected: expected)
        }
    }

    private func expectation(_ reader: MappingReader) -> PolicyTestCase.Expectation? {
        guard let outcome = reader.choice("expect", of: Outcome.self) else { return nil }
        let approvals = reader.integer("approvals", in: 0...PolicyLimits.approvals.upperBound)
        let failing = reader.node("failing") == nil ? [] : reader.list("failing", atMost: PolicyLimits.rules).compactMap(failure)
        if outcome == .approve, reader.node("failing") != nil {
            reader.reportProblem(
                at: "failing", "where a rule fails, nothing is approved", advice: "Remove 'failing', or expect another outcome.")
        }
        if outcome != .approve, reader.node("failing") == nil {
            reader.reportProblem(
                at: "expect", "a case that is not approved must say which rules fail", advice: "Add failing: [RULE, …].")
        }
        return PolicyTestCase.Expectation(outcome: outcome, failing: failing, approvals: approvals)
    }

    /// A rule's id alone, or a mapping with what its reason must hold.
    private func failure(_ node: DocumentNode) -> PolicyTestCase.Failure? {
        if let id = node.text, !node.isNull {
            return PolicyTestCase.Failure(rule: RuleID(rawValue: id), code: nil, parameters: .none)
        }
        guard let reader = MappingReader(node, as: PolicyTestSuite.failure, report: report),
            let rule = reader.identifier("rule")
        else { return nil }
        let code = reader.reasonCode("error")
        let parameters = reader.entries("parameters", atMost: 100).compactMap { member -> (String, ParameterValue)? in
            guard let value = ParameterValue(member.value) else {
                report.add(
                    at: member.value.position, "the parameter '\(member.key)' must be a text, a whole number or a list of texts",
                    advice: "Put a text that looks like a number in quotes.")
                return nil
            }
            return (member.key, value)
        }
        return PolicyTestCase.Failure(rule: RuleID(rawValue: rule), code: code, parameters: ErrorParameters(parameters))
    }
}

extension ParameterValue {
    /// A plain whole number is a number, any other scalar a text.
    fileprivate init?(_ node: DocumentNode) {
        switch node.content {
        case .scalar(let scalar):
            if scalar.style == .plain, let number = Int(scalar.text) {
                self = .integer(number)
            } else {
                self = .string(scalar.text)
            }
        case .sequence(let elements):
            let texts = elements.compactMap(\.text)
            guard texts.count == elements.count else { return nil }
            self = .strings(texts)
        case .mapping: return nil
        }
    }
}

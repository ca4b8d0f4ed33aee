import CEL
import Canonical

extension Policy {
    /// Reads and checks a policy file that may come into force.
    ///
    /// - Parameter file: the name of the file in messages.
    /// - Throws: `policy-invalid` with everything that is wrong, each with its place and what to do.
    public static func load(_ text: String, file: String) throws(PolicyError) -> Policy {
        try load(text, file: file, origin: .proposed)
    }

    /// Reads the text of a policy that a log holds. Checks that came after it was put in force do not apply to it: whatever
    /// ``load(_:file:)`` once accepted is accepted, and decides as it did.
    ///
    /// - Parameter file: the name of the text in messages.
    /// - Throws: `policy-invalid` where this program cannot read it.
    public static func loadRecorded(_ text: String, file: String) throws(PolicyError) -> Policy {
        try load(text, file: file, origin: .recorded)
    }

    private static func load(_ text: String, file: String, origin: PolicyOrigin) throws(PolicyError) -> Policy {
        let report = ProblemReport(file: file)
        let document = Document(text, limit: PolicyLimits.fileSize, allowsTags: origin == .recorded, report: report)
        let policy = document.flatMap { PolicyLoader(document: $0, origin: origin, report: report).policy(source: text) }
        if let error = report.error(.policyInvalid) { throw error }
        guard let policy else {
            throw PolicyError(
                code: .policyInvalid, problems: [Problem(file: file, line: 1, column: 1, message: "the file cannot be used")])
        }
        return policy
    }
}

/// Turns the document of a policy file into a policy, or reports why it cannot.
struct PolicyLoader {
    let document: Document
    let origin: PolicyOrigin
    let report: ProblemReport
    let expressions: ExpressionReader

    init(document: Document, origin: PolicyOrigin, report: ProblemReport) {
        self.document = document
        self.origin = origin
        self.report = report
        expressions = ExpressionReader(lines: document.lines, origin: origin, report: report)
    }

    /// Nil where anything was reported.
    func policy(source: String) -> Policy? {
        guard let file = MappingReader(document.root, as: PolicyFileShape.file, report: report) else { return nil }
        let header = header(file)
        let pending = pending(file)
        let catalog = catalog(file)
        let inputs = inputs(file)
        let counters = counters(file)
        let schema = FactSchema(declared: inputs.map(\.field) + counters.map(\.field), hiding: hiddenRecords(file))
        let names = names(file, schema)
        let exemptions = exemptions(file)
        let reasons = reasons(file)
        let rules = rules(file, names, exemptions, reasons)
        checkExemptions(exemptions, rules)
        let rejectionReasons = rejectionReasons(file, reasons)
        checkCost(rules, file)
        let analysis = RuleAnalysis(catalog: catalog, schema: schema, constants: names.constants, definitions: names.definitions)
        if origin == .proposed {
            checkMeaning(rules, with: analysis)
            checkTexts(names, catalog, schema)
            checkUse(of: reasons, by: rules, names, in: file)
        }
        guard report.isEmpty, let header, let pending else { return nil }
        let digest = Digest(sha256: source.utf8)
        let policy = Policy(
            name: header.name, version: header.version, digest: digest, source: source, catalog: catalog,
            rules: rules.map(\.rule), reasons: reasons.catalog, exemptions: exemptions.map(\.exemption), pending: pending,
            inputs: inputs, counters: counters, rejectionReasons: rejectionReasons,
            constants: names.constantTexts, variables: names.variableTexts,
            schema: schema,
            evaluator: PolicyEvaluator(
                rules: rules, digest: digest, catalog: catalog, reasons: reasons.catalog, schema: schema,
                environment: names.environment),
            analysis: analysis)
        if origin == .proposed { checkEvaluation(policy, names) }
        return report.isEmpty ? policy : nil
    }

    // MARK: Header and times

    private func header(_ file: MappingReader) -> (name: String, version: String)? {
        guard let node = file.node("policy"), let reader = MappingReader(node, as: PolicyFileShape.policy, report: report),
            let name = reader.identifier("name"), let version = reader.text("version")
        else { return nil }
        guard version.utf8.count <= 64 else {
            report.add(at: reader.position(of: "version"), "the version has more than 64 bytes")
            return nil
        }
        // In a text like `“2026.1”` the quotation marks are no YAML: they would be part of the version.
        if origin == .proposed, let advice = MappingReader.retyping(version) {
            report.add(at: reader.position(of: "version"), "'\(version)' is not a version", advice: advice)
        }
        return (name, version)
    }

    // MARK: Catalogue and reasons

    private func catalog(_ file: MappingReader) -> DeviceCatalog {
        var ids = UniqueNames("kind of device", report)
        var levels: [Int: DeviceKindID] = [:]
        let kinds = file.list("devices", atMost: PolicyLimits.deviceKinds).compactMap { node -> DeviceKind? in
            guard let reader = MappingReader(node, as: PolicyFileShape.device, report: report) else { return nil }
            let title = reader.localizedText("title")
            let level = reader.integer("level", in: PolicyLimits.levels)
            let isTemporary = reader.flag("temporary", default: false)
            let kind = DeviceKindID(rawValue: reader.identifier("id") ?? "")
            let isRetired = reader.flag("retired", default: false)
            let isShareable = reader.flag("shareable", default: !isRetired)
            if isRetired, isShareable {
                reader.reportProblem(
                    at: "shareable", "a retired kind is not shared", advice: "Remove 'shareable', or 'retired'.")
            }
            let isPhysical = reader.flag("physical", default: true)
            ids.add(kind.rawValue, at: reader.position(of: "id"))
            if let level {
                if let other = levels[level] {
                    report.add(
                        at: reader.position(of: "level"), "level \(level) is that of '\(other)' already",
                        advice: "Give each kind a level of its own: only then is there an order.")
                }
                levels[level] = levels[level] ?? kind
            }
            guard let title, let level, !kind.rawValue.isEmpty else { return nil }
            return DeviceKind(
                id: kind, title: title, level: SecurityLevel(rawValue: level), isShareable: isShareable,
                isTemporary: isTemporary, isPhysical: isPhysical, isRetired: isRetired)
        }
        return DeviceCatalog(kinds)
    }

    private func rejectionReasons(_ file: MappingReader, _ reasons: ReadReasons) -> [RejectionReason] {
        var ids = UniqueNames("rejection reason", report)
        return file.list("rejectionReasons", atMost: PolicyLimits.rejectionReasons).compactMap { node in
            guard let reader = MappingReader(node, as: PolicyFileShape.rejectionReason, report: report) else { return nil }
            let title = reader.localizedText("title")
            guard let id = reader.identifier("id") else { return nil }
            ids.add(id, at: reader.position(of: "id"))
            guard let title, let disclosure = disclosure(ofRejection: id, reader, reasons) else { return nil }
            return RejectionReason(id: RejectionReasonID(rawValue: id), title: title, disclosure: disclosure)
        }
    }
}

/// Reports a name that stands twice.
struct UniqueNames {
    private let noun: String
    private let report: ProblemReport
    private var lines: [String: Int] = [:]

    init(_ noun: String, _ report: ProblemReport) {
        self.noun = noun
        self.report = report
    }

    mutating func add(_ name: String, at position: SourcePosition) {
        guard !name.isEmpty else { return }
        if let line = lines[name] {
            report.add(
                at: position, "the \(noun) '\(name)' stands in line \(line) already", advice: "Give one of them another id.")
        } else {
            lines[name] = position.line
        }
    }
}

import Canonical

extension Facts {
    /// Reads facts that people wrote, in YAML or JSON, with the members that recorded facts have.
    ///
    /// - Throws: `facts-invalid` with everything that is wrong and its place.
    package static func load(_ text: String, file: String) throws(PolicyError) -> Facts {
        let report = ProblemReport(file: file)
        let facts = Document(text, limit: 262_144, report: report).flatMap { Facts($0.root, report: report) }
        if let error = report.error(.factsInvalid) { throw error }
        guard let facts else {
            throw PolicyError(
                code: .factsInvalid, problems: [Problem(file: file, line: 1, column: 1, message: "the facts cannot be read")])
        }
        return facts
    }

    /// Nil where something is missing or wrong, which is reported.
    init?(_ node: DocumentNode, report: ProblemReport) {
        guard let reader = MappingReader(node, as: FactsShape.facts, report: report) else { return nil }
        let requester = reader.node("requester").flatMap { ParticipantFacts($0, report: report) }
        let owner = reader.node("owner").flatMap { ParticipantFacts($0, report: report) }
        let identity = reader.node("identity").flatMap { IdentityFacts($0, report: report) }
        let consent = reader.node("consent").map { $0.isNull ? nil : ConsentFacts($0, report: report) }
        let session = reader.node("session").map { $0.isNull ? nil : SessionFacts($0, report: report) }
        let inputs = reader.node("inputs").map { InputValues($0, report: report) } ?? InputValues.none
        let counters = reader.node("counters").map { CounterValues($0, report: report) } ?? CounterValues.none
        let device = reader.text("device")
        let sharedWith = reader.integer("sharedWith", in: 0...1_000_000_000)
        let submittedAt = reader.timestamp("submittedAt")
        let decidedAt = reader.timestamp("decidedAt")
        guard let requester, let owner, let identity, let inputs, let counters, let device, let sharedWith, let submittedAt,
            let decidedAt
        else {
            return nil
        }
        self.init(
            requester: requester, owner: owner, device: device, sharedWith: sharedWith, identity: identity,
            consent: consent ?? nil, session: session ?? nil, inputs: inputs, counters: counters,
            submittedAt: submittedAt, decidedAt: decidedAt)
    }
}

extension ParticipantFacts {
    fileprivate init?(_ node: DocumentNode, report: ProblemReport) {
        guard let reader = MappingReader(node, as: FactsShape.participant, report: report) else { return nil }
        let id = reader.text("id")
        let entity = reader.text("entity")
        let kind = reader.choice("entityKind", of: EntityKind.self)
        let person = reader.node("person").flatMap { $0.isNull ? nil : reader.text("person") }
        let adult = reader.node("adult").flatMap { $0.isNull ? nil : reader.choice("adult", of: Adulthood.self) }
        let registeredAt = reader.timestamp("registeredAt")
        var devices: [DeviceFacts] = []
        if let list = reader.node("devices") {
            guard let elements = list.elements else {
                report.add(at: list.position, "'devices' must be a list, not \(list.kindName)", advice: "Write [] for none.")
                return nil
            }
            devices = elements.compactMap { DeviceFacts($0, report: report) }
        }
        guard let id, let entity, let kind, let registeredAt else { return nil }
        self.init(
            id: id, entity: entity, entityKind: kind, person: person, adult: adult ?? .unknown, registeredAt: registeredAt,
            devices: devices)
    }
}

extension DeviceFacts {
    fileprivate init?(_ node: DocumentNode, report: ProblemReport) {
        guard let reader = MappingReader(node, as: FactsShape.device, report: report) else { return nil }
        let id = reader.text("id")
        let kind = reader.identifier("kind")
        guard let activatedAt = reader.timestamp("activatedAt"), let id, let kind else { return nil }
        self.init(id: id, kind: DeviceKindID(rawValue: kind), activatedAt: activatedAt)
    }
}

extension IdentityFacts {
    fileprivate init?(_ node: DocumentNode, report: ProblemReport) {
        guard let reader = MappingReader(node, as: FactsShape.identity, report: report) else { return nil }
        func comparison(_ key: String) -> IdentityComparison { reader.choice(key, of: IdentityComparison.self) ?? .missing }
        let usPerson = reader.node("usPerson").flatMap { $0.isNull ? nil : reader.flag("usPerson", default: false) }
        self.init(
            dateOfBirth: comparison("dateOfBirth"), citizenship: comparison("citizenship"), residence: comparison("residence"),
            document: comparison("document"), socialSecurityNumber: comparison("socialSecurityNumber"), usPerson: usPerson,
            numberMayHelp: reader.flag("numberMayHelp", default: true))
    }
}

extension ConsentFacts {
    fileprivate init?(_ node: DocumentNode, report: ProblemReport) {
        guard let reader = MappingReader(node, as: FactsShape.consent, report: report) else { return nil }
        let method = reader.text("method")
        let reference = reader.text("reference")
        guard let givenAt = reader.timestamp("givenAt"), let method, let reference else { return nil }
        self.init(method: method, givenAt: givenAt, reference: reference)
    }
}

extension SessionFacts {
    fileprivate init?(_ node: DocumentNode, report: ProblemReport) {
        guard let reader = MappingReader(node, as: FactsShape.session, report: report) else { return nil }
        let level = reader.integer("level", in: Self.levels)
        var methods: [AuthenticationMethod] = []
        for element in reader.node("methods")?.elements ?? [] {
            guard let method = element.text.flatMap(AuthenticationMethod.init(rawValue:)) else {
                report.add(
                    at: element.position, "'\(element.text ?? element.kindName)' is not a method of authentication",
                    advice: MappingReader.suggestion(
                        for: element.text ?? "", among: AuthenticationMethod.allCases.map(\.rawValue)))
                continue
            }
            methods.append(method)
        }
        if let list = reader.node("methods"), list.elements == nil {
            report.add(at: list.position, "'methods' must be a list, not \(list.kindName)", advice: "Write it as in [pwd, otp].")
        }
        guard let authenticatedAt = reader.timestamp("authenticatedAt"), let level else { return nil }
        self.init(methods: methods, level: level, authenticatedAt: authenticatedAt)
    }
}

extension InputValues {
    /// The inputs of a request, of any names: which there are, a policy says.
    fileprivate init?(_ node: DocumentNode, report: ProblemReport) {
        guard !node.isNull else {
            self = .none
            return
        }
        guard let members = node.members else {
            report.add(
                at: node.position, "'inputs' must be a mapping, not \(node.kindName)", advice: "Write {} for none.")
            return nil
        }
        self = .none
        var isWhole = true
        guard members.count <= Self.maximumCount else {
            report.add(
                at: node.position, "'inputs' has \(members.count) inputs", advice: "Give \(Self.maximumCount) at most.")
            return nil
        }
        for member in members {
            guard DeclaredName.isValid(member.key), let text = member.value.text,
                !member.value.isNull, !text.isEmpty, text.utf8.count <= Self.maximumLength
            else {
                report.add(
                    at: member.position, "'\(member.key)' is no input",
                    advice: "An input is a name with a word, a whole number, or true or false, as in riskBand: low.")
                isWhole = false
                continue
            }
            self[member.key] = InputValue(text)
        }
        if !isWhole { return nil }
    }
}

extension CounterValues {
    /// Counters by their spellings: which a policy uses, it says itself.
    fileprivate init?(_ node: DocumentNode, report: ProblemReport) {
        self = .none
        guard !node.isNull else { return }
        guard let members = node.members else {
            report.add(
                at: node.position, "'counters' must be a mapping, not \(node.kindName)", advice: "Write {} for none.")
            return nil
        }
        var isWhole = true
        for member in members {
            guard let counter = HistoryCounter(member.key) else {
                report.add(
                    at: member.position, "'\(member.key)' is no counter",
                    advice: "Write what is counted, of whom and within what, as in sharings.owner.30d: 2.")
                isWhole = false
                continue
            }
            guard let number = member.value.text.flatMap({ InputValue($0).number }), (0...HistoryCounter.maximum).contains(number)
            else {
                report.add(
                    at: member.value.position, "'\(member.key)' must be a whole number from 0 to \(HistoryCounter.maximum)",
                    advice: "Write it as in \(counter): 2.")
                isWhole = false
                continue
            }
            self[counter] = number
        }
        if !isWhole { return nil }
    }
}

extension MappingReader {
    /// A moment as RFC 3339.
    func timestamp(_ key: String) -> Timestamp? {
        guard let text = text(key) else { return nil }
        if let moment = Timestamp(text) { return moment }
        reportProblem(at: key, "'\(text)' is not a moment", advice: "Write it as RFC 3339, as in 2026-11-24T03:43:00Z.")
        return nil
    }
}

extension DocumentNode {
    /// This value with the members of `changes` in the place of its own, at every depth. A list or a plain value replaces;
    /// nothing (`null`) removes.
    func merging(_ changes: DocumentNode) -> DocumentNode {
        guard let own = members, let changed = changes.members else { return changes }
        var merged = own
        for change in changed {
            let place = merged.firstIndex { $0.key == change.key }
            switch (place, change.value.isNull) {
            case (let place?, true): merged.remove(at: place)
            case (let place?, false):
                let value = merged[place].value.merging(change.value)
                merged[place] = Member(key: change.key, position: change.position, value: value)
            // A key that is not known is kept, so that it is reported.
            case (nil, _): merged.append(change)
            }
        }
        return DocumentNode(position: position, content: .mapping(merged))
    }
}

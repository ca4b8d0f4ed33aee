import CEL
import Canonical

/// Writes cases in the form of a file of cases, to be appended to one: each says only in what its facts differ from those that the
/// file's cases begin from.
package struct CaseWriter {
    /// The facts that cases begin from, as written; they need not be whole.
    private let base: DocumentNode?
    /// How far the list of cases is indented, in blanks.
    private let indentation: Int

    package init(_ suite: PolicyTestSuite) {
        base = suite.base
        indentation = suite.indentation
    }

    /// An element of the list of cases: lines with their ends. It reads back as the case; ``PolicyTestSuite/reading(_:)`` shows
    /// whether that is so.
    ///
    /// - Parameters:
    ///   - comments: lines before the case, without `#`. What would end the line is written out.
    ///   - decision: what the case expects, with errors and parameters.
    package func text(id: String, comments: [String], about: String, facts: Facts, decision: Decision) -> String {
        let changes = CaseValue(facts).changes(from: base)
        var lines = comments.map { "# " + Self.oneLine($0) }
        lines.append("- id: \(id)")
        lines.append("  about: \(CaseValue.quoted(Self.oneLine(about)))")
        if case .mapping(let members)? = changes {
            lines.append("  with:")
            for (key, value) in members { lines.append("    \(key): \(value.flow)") }
        }
        lines.append("  expect: \(decision.outcome.rawValue)")
        if !decision.reasons.isEmpty {
            lines.append("  failing:")
            for reason in decision.reasons {
                lines.append("    - rule: \(reason.rule)")
                lines.append("      error: \(reason.code)")
                guard !reason.parameters.isEmpty else { continue }
                let parameters = CaseValue.mapping(reason.parameters.map { ($0.name, CaseValue($0.value)) })
                lines.append("      parameters: \(parameters.flow)")
            }
        }
        if decision.outcome == .review { lines.append("  approvals: \(decision.approvalsRequired)") }
        return lines.map { String(repeating: " ", count: indentation) + $0 + "\n" }.joined()
    }

    private static func oneLine(_ text: String) -> String {
        text.split { $0.isWhitespace || $0.isNewline }.joined(separator: " ").withVisibleControls(keeping: [])
    }
}

extension PolicyTestCase.Expectation {
    /// That a decision is what it is: outcome, reasons with their errors and parameters, approvals.
    package init(_ decision: Decision) {
        self.init(
            outcome: decision.outcome,
            failing: decision.reasons.map {
                PolicyTestCase.Failure(rule: $0.rule, code: $0.code, parameters: $0.parameters)
            },
            approvals: decision.approvalsRequired)
    }
}

/// A value of a file of cases.
private indirect enum CaseValue {
    case text(String)
    /// A number, a flag, or nothing: never in quotes.
    case plain(String)
    case moment(Timestamp)
    case list([CaseValue])
    case mapping([(key: String, value: CaseValue)])

    init(_ value: ParameterValue) {
        switch value {
        case .string(let text): self = .text(text)
        case .integer(let number): self = .plain(String(number))
        case .strings(let texts): self = .list(texts.map(CaseValue.text))
        }
    }

    init(_ value: InputValue) {
        switch value {
        case .word(let word): self = .text(word)
        case .integer, .flag: self = .plain(value.description)
        }
    }

    init(_ facts: Facts) {
        var members: [(key: String, value: CaseValue)] = [
            ("requester", CaseValue(facts.requester)), ("owner", CaseValue(facts.owner)), ("device", .text(facts.device)),
            ("sharedWith", .plain(String(facts.sharedWith))), ("identity", CaseValue(facts.identity)),
        ]
        if let consent = facts.consent {
            members.append(
                (
                    "consent",
                    .mapping([
                        ("method", .text(consent.method)), ("givenAt", .moment(consent.givenAt)),
                        ("reference", .text(consent.reference)),
                    ])
                ))
        }
        if let session = facts.session {
            members.append(
                (
                    "session",
                    .mapping([
                        ("methods", .list(session.methods.map { .text($0.rawValue) })), ("level", .plain(String(session.level))),
                        ("authenticatedAt", .moment(session.authenticatedAt)),
                    ])
                ))
        }
        if !facts.inputs.isEmpty {
            members.append(("inputs", .mapping(facts.inputs.sorted.map { ($0.name, CaseValue($0.value)) })))
        }
        if !facts.counters.isEmpty {
            members.append(
                ("counters", .mapping(facts.counters.sorted.map { ($0.counter.description, .plain(String($0.value))) })))
        }
        members.append(("submittedAt", .moment(facts.submittedAt)))
        members.append(("decidedAt", .moment(facts.decidedAt)))
        self = .mapping(members)
    }

    private init(_ user: ParticipantFacts) {
        var members: [(key: String, value: CaseValue)] = [
            ("id", .text(user.id)), ("entity", .text(user.entity)), ("entityKind", .plain(user.entityKind.rawValue)),
        ]
        if let person = user.person { members.append(("person", .text(person))) }
        // Not plain: `yes` and `no` are flags to some readers.
        if user.adult != .unknown { members.append(("adult", .text(user.adult.rawValue))) }
        members.append(("registeredAt", .moment(user.registeredAt)))
        members.append(
            (
                "devices",
                .list(
                    user.devices.map { device in
                        .mapping([
                            ("id", .text(device.id)), ("kind", .text(device.kind.rawValue)),
                            ("activatedAt", .moment(device.activatedAt)),
                        ])
                    })
            ))
        self = .mapping(members)
    }

    private init(_ identity: IdentityFacts) {
        var members: [(key: String, value: CaseValue)] = [
            ("dateOfBirth", .plain(identity.dateOfBirth.rawValue)), ("citizenship", .plain(identity.citizenship.rawValue)),
            ("residence", .plain(identity.residence.rawValue)), ("document", .plain(identity.document.rawValue)),
            ("socialSecurityNumber", .plain(identity.socialSecurityNumber.rawValue)),
        ]
        if let usPerson = identity.usPerson { members.append(("usPerson", .plain(usPerson ? "true" : "false"))) }
        if !identity.numberMayHelp { members.append(("numberMayHelp", .plain("false"))) }
        self = .mapping(members)
    }

    /// What is to be merged into a value so that it says the same as this one; nil where it does. `null` removes.
    func changes(from node: DocumentNode?) -> CaseValue? {
        guard let node else { return self }
        switch self {
        case .text(let text): return node.text == text && !node.isNull ? nil : self
        case .plain(let text): return node.text == text ? nil : self
        case .moment(let moment): return node.text.flatMap { Timestamp($0) } == moment ? nil : self
        case .list(let elements):
            guard let nodes = node.elements, nodes.count == elements.count else { return self }
            return zip(elements, nodes).allSatisfy { $0.changes(from: $1) == nil } ? nil : self
        case .mapping(let members):
            guard let old = node.members else { return self }
            var changes: [(key: String, value: CaseValue)] = []
            for (key, value) in members {
                if let change = value.changes(from: node[key]) { changes.append((key, change)) }
            }
            for member in old where !member.value.isNull && !members.contains(where: { $0.key == member.key }) {
                changes.append((member.key, .plain("null")))
            }
            return changes.isEmpty ? nil : .mapping(changes)
        }
    }

    /// On one line.
    var flow: String {
        switch self {
        case .text(let text): Self.isSafe(text) ? text : Self.quoted(text)
        case .plain(let text): text
        case .moment(let moment): moment.description
        case .list(let elements): "[\(elements.map(\.flow).joined(separator: ", "))]"
        case .mapping(let members): "{\(members.map { "\($0.key): \($0.value.flow)" }.joined(separator: ", "))}"
        }
    }

    /// Whether a text needs no quotes: no reader takes it for a number, a moment, a flag or nothing.
    private static func isSafe(_ text: String) -> Bool {
        guard text.wholeMatch(of: /[A-Za-z][A-Za-z0-9_-]*/) != nil else { return false }
        return !["true", "false", "yes", "no", "on", "off", "y", "n", "null"].contains(text.lowercased())
    }

    static func quoted(_ text: String) -> String {
        let written = text.unicodeScalars.map { scalar -> String in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            default:
                scalar != " " && (scalar.value < 0x20 || scalar.isInvisible || scalar.value > 0xFFFF)
                    ? "\\U" + String(repeating: "0", count: 8 - String(scalar.value, radix: 16).count)
                        + String(scalar.value, radix: 16)
                    : String(scalar)
            }
        }
        return "\"\(written.joined())\""
    }
}

import ArgumentParser
import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine
import SharingLog

/// `devshare policy show`.
struct ShowPolicy: Verb {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows a policy as a person reads it: rules, kinds of devices, times, rejection reasons.",
        discussion: """
            Without a file: the policy that is in force.

              devshare policy show
              devshare policy show candidate.yaml --language zh-Hant

            \(ExitStatus.help)
            """)

    @Argument(help: "The policy file. (default: the policy in force)")
    var file: String?

    @Flag(help: "Print the file's text, comments and all.")
    var source = false

    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        let policy: Policy
        if let file {
            policy = try PolicyFile(file).policy()
        } else {
            policy = try await withEngine(settings) { engine in
                guard let active = engine.activePolicy else { throw EngineError(.noActivePolicy) }
                return active
            }
        }
        if source { return Output.document(policy.source) }
        if settings.json { return Output.line(policy.json) }
        let words = try Words(settings.language, policy: policy)
        Output.line(Terminal.styled("\(policy.name) \(policy.version)", .bold) + "  \(policy.digest)")
        Output.line()
        var rules = Table("RULE", "IN WORDS", "OTHERWISE", "FOR THE REASON")
        for rule in policy.rules {
            let details = rule.details.isEmpty ? "" : " (\(rule.details.joined(separator: ", ")))"
            rules.add(rule.id.rawValue, words.title(rule), rule.consequence.rawValue + details, words.title(rule.code))
        }
        Output.lines(rules.lines(otherwise: "no rules"))
        Output.line()
        if !policy.exemptions.isEmpty {
            var exemptions = Table("EXEMPTION", "RULES", "REQUESTER", "OWNER", "UNTIL", "REASON")
            for exemption in policy.exemptions {
                let state =
                    switch exemption.state(at: .now) {
                    case .standing: ""
                    case .lapsing: " (lapses soon)"
                    case .lapsed: " (lapsed)"
                    }
                exemptions.add(
                    exemption.id, exemption.rules.map(\.rawValue).joined(separator: ", "), exemption.requester, exemption.owner,
                    "\(exemption.until)\(state)", exemption.reason)
            }
            Output.lines(exemptions.lines(otherwise: "no exemptions"))
            Output.line()
        }
        if !policy.inputs.isEmpty {
            var inputs = Table("INPUT", "IN WORDS", "VALUES", "WITHOUT IT")
            for input in policy.inputs {
                inputs.add(
                    input.id, input.title[settings.language], input.type.summary,
                    input.isRequired ? "refused; \(input.fallback) for earlier requests" : input.fallback.description)
            }
            Output.lines(inputs.lines(otherwise: "no inputs"))
            Output.line()
        }
        if !policy.counters.isEmpty {
            var counters = Table("COUNTER", "IN WORDS", "COUNTS")
            for counter in policy.counters {
                counters.add(counter.id, counter.title[settings.language], counter.counter.description)
            }
            Output.lines(counters.lines(otherwise: "no counters"))
            Output.line()
        }
        var kinds = Table("KIND OF DEVICE", "NAME", "LEVEL", "")
        for kind in policy.catalog.strongestFirst {
            let traits = [
                kind.isShareable ? nil : "not shareable", kind.isPhysical ? nil : "not physical",
                kind.isTemporary ? "temporary" : nil, kind.isRetired ? "retired" : nil,
            ]
            kinds.add(
                kind.id.rawValue, kind.title[settings.language], "\(kind.level)", traits.compactMap { $0 }.joined(separator: ", ")
            )
        }
        Output.lines(kinds.lines(otherwise: "no kinds of devices"))
        Output.line()
        Output.lines(reasonLines(policy, words))
        var reasons = Table("REJECTION REASON", "NAME", "CLIENTS ARE TOLD")
        for reason in policy.rejectionReasons {
            let told = policy.disclosed(reason) ?? Audience.neutralReason.rawValue
            reasons.add(
                reason.id.rawValue, reason.title[settings.language],
                told == reason.id.rawValue ? Disclosure.itself.description : told)
        }
        Output.lines(reasons.lines(otherwise: "no rejection reasons"))
        Output.line()
        let escalation = policy.pending.escalation.map { ", and is escalated after \($0.inHours)" } ?? ""
        Output.line("A request that nobody decides lapses after \(policy.pending.expiry.inHours)\(escalation).")
    }
}

extension ShowPolicy {
    /// The reasons that the policy defines, with their sentences, and what clients are told in place of the program's.
    private func reasonLines(_ policy: Policy, _ words: Words) -> [String] {
        let reasons = policy.reasons
        guard !reasons.reasons.isEmpty || !reasons.disclosures.isEmpty else { return [] }
        var table = Table("REASON", "IN WORDS", "PARAMETERS", "CLIENTS ARE TOLD")
        for reason in reasons.reasons {
            table.add(
                reason.id.rawValue, reason.title[words.language],
                reason.parameters.map { "\($0.name) (\($0.kind.rawValue))" }.joined(separator: ", "),
                reasons.disclosure(of: .ofPolicy(reason.id)).description)
        }
        for (code, _) in reasons.disclosures {
            table.add(
                code.rawValue, words.title(code), code.parameters.map(\.name).joined(separator: ", "),
                reasons.disclosure(of: .builtIn(code)).description)
        }
        let texts = reasons.reasons.flatMap { reason in
            ["", reason.id.rawValue]
                + "\(reason.message[words.language]) \(reason.advice[words.language])".wrapped(to: Terminal.width, indent: "  ")
        }
        return table.lines(otherwise: "") + texts + [""]
    }
}

extension Duration {
    fileprivate var inHours: String {
        let seconds = components.seconds
        return seconds.isMultiple(of: 3_600) ? Int(seconds / 3_600).of("hour") : Int(seconds / 60).of("minute")
    }
}

extension Rule {
    /// What is not usual about when it acts, and what it asks for.
    fileprivate var details: [String] {
        [
            approvals > 1 ? "\(approvals) approvals" : nil,
            pending.map { "expires after \($0.expiry.inHours)" },
            isUsual ? nil : "only at \(moments.map(\.rawValue).joined(separator: ", "))",
            from.map { "from \($0)" }, until.map { "until \($0)" },
        ].compactMap { $0 }
    }
}

extension PendingTimes {
    fileprivate var json: JSONValue {
        .members([
            "expirySeconds": .integer(expiry.components.seconds),
            "escalationSeconds": escalation.map { .integer($0.components.seconds) },
        ])
    }
}

extension Policy {
    fileprivate var json: JSONValue {
        [
            "name": .string(name), "version": .string(version), "digest": .string(digest.description),
            "pendingExpirySeconds": .integer(pending.expiry.components.seconds),
            "rules": .array(
                rules.map { rule in
                    .members([
                        "id": .string(rule.id.rawValue), "title": .string(rule.title.english),
                        "require": .string(rule.expression),
                        "otherwise": .string(rule.consequence.rawValue), "error": .string(rule.code.rawValue),
                        "approvals": JSONValue(rule.approvals),
                        "at": JSONValue(rule.moments.map(\.rawValue)),
                        "from": rule.from.map { JSONValue($0) }, "until": rule.until.map { JSONValue($0) },
                        "pending": rule.pending?.json,
                    ])
                }),
            "exemptions": .array(
                exemptions.map { exemption in
                    [
                        "id": .string(exemption.id), "rules": JSONValue(exemption.rules.map(\.rawValue)),
                        "requester": .string(exemption.requester), "owner": .string(exemption.owner),
                        "until": JSONValue(exemption.until), "reason": .string(exemption.reason),
                    ]
                }),
            "deviceKinds": .array(
                catalog.kinds.map { kind in
                    [
                        "id": .string(kind.id.rawValue), "title": .string(kind.title.english),
                        "level": JSONValue(kind.level.rawValue),
                        "shareable": .bool(kind.isShareable), "physical": .bool(kind.isPhysical),
                        "temporary": .bool(kind.isTemporary), "retired": .bool(kind.isRetired),
                    ]
                }),
            "inputs": .array(inputs.map(\.json)), "counters": .array(counters.map(\.json)),
            "reasons": .array(reasons.reasons.map(\.json)),
            "disclosures": .object(.of(reasons.disclosures.map { ($0.code.rawValue, .string($0.disclosure.description)) })),
            "rejectionReasons": JSONValue(rejectionReasons.map(\.id.rawValue)),
            "rejectionDisclosures": .object(
                .of(rejectionReasons.map { ($0.id.rawValue, .string($0.disclosure.description)) })),
        ]
    }
}

extension PolicyCounter {
    fileprivate var json: JSONValue {
        .members([
            "id": .string(id), "title": .string(title.english), "count": .string(counter.quantity.rawValue),
            "of": .string(counter.subject.rawValue), "within": counter.span.map { .string($0) },
        ])
    }
}

extension PolicyInput {
    fileprivate var json: JSONValue {
        var range: JSONValue?
        if case .integer(let numbers) = type {
            range = [.integer(Int64(numbers.lowerBound)), .integer(Int64(numbers.upperBound))]
        }
        var values: JSONValue?
        if case .choice(let words) = type { values = JSONValue(words) }
        return .members([
            "id": .string(id), "title": .string(title.english), "type": .string(type.name.rawValue), "values": values,
            "range": range,
            "required": .bool(isRequired), "default": fallback.json,
        ])
    }
}

extension PolicyReason {
    fileprivate var json: JSONValue {
        [
            "id": .string(id.rawValue), "title": .string(title.english), "message": .string(message.english),
            "advice": .string(advice.english), "disclosedAs": .string(disclosure.description),
            "parameters": .object(.of(parameters.map { ($0.name, .string($0.kind.rawValue)) })),
        ]
    }
}

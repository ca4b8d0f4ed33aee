import ArgumentParser
import Canonical
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
        let words = try Words(settings.language, catalog: policy.catalog)
        Output.line(Terminal.styled("\(policy.name) \(policy.version)", .bold) + "  \(policy.digest)")
        Output.line()
        var rules = Table("RULE", "IN WORDS", "OTHERWISE", "FOR THE REASON")
        for rule in policy.rules {
            let approvals = rule.approvals > 1 ? " (\(rule.approvals) approvals)" : ""
            rules.add(rule.id.rawValue, words.title(rule), rule.consequence.rawValue + approvals, words.title(rule.code))
        }
        Output.lines(rules.lines(otherwise: "no rules"))
        Output.line()
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
        var reasons = Table("REJECTION REASON", "NAME")
        for reason in policy.rejectionReasons { reasons.add(reason.id.rawValue, reason.title[settings.language]) }
        Output.lines(reasons.lines(otherwise: "no rejection reasons"))
        Output.line()
        let escalation = policy.escalation.map { ", and is escalated after \($0.inHours)" } ?? ""
        Output.line("A request that nobody decides lapses after \(policy.pendingExpiry.inHours)\(escalation).")
    }
}

extension Duration {
    fileprivate var inHours: String {
        let seconds = components.seconds
        return seconds.isMultiple(of: 3_600) ? Int(seconds / 3_600).of("hour") : Int(seconds / 60).of("minute")
    }
}

extension Policy {
    fileprivate var json: JSONValue {
        [
            "name": .string(name), "version": .string(version), "digest": .string(digest.description),
            "pendingExpirySeconds": .integer(pendingExpiry.components.seconds),
            "rules": .array(
                rules.map { rule in
                    [
                        "id": .string(rule.id.rawValue), "title": .string(rule.title.english),
                        "require": .string(rule.expression),
                        "otherwise": .string(rule.consequence.rawValue), "error": .string(rule.code.rawValue),
                        "approvals": JSONValue(rule.approvals),
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
            "rejectionReasons": JSONValue(rejectionReasons.map(\.id.rawValue)),
        ]
    }
}

import EligibilityPolicy
import TestSupport

/// Pairs of policies, the second made of the first by a few changes of the kind that authors make: another number, another
/// comparison, a negation, a rule more or less, a stricter or looser consequence.
struct PairGenerator {
    var random: SeededGenerator

    private struct Rule {
        var parts: [String]
        var connective: String
        var otherwise: String

        var requirement: String { parts.joined(separator: " \(connective) ") }
    }

    /// Nil where the loader refuses one of them, as it does a rule that can be seen to say nothing.
    mutating func pair() -> (old: Policy, new: Policy)? {
        let rules = (0..<1 + random.below(4)).map { _ in rule() }
        var changed = rules
        for _ in 0..<1 + random.below(2) { change(&changed) }
        guard let old = try? Self.policy(rules), let new = try? Self.policy(changed) else { return nil }
        return (old, new)
    }

    private static func policy(_ rules: [Rule]) throws -> Policy {
        try Fixtures.policy(
            rules: rules.map { ($0.requirement, $0.otherwise) }, constants: "{few: 3, week: duration('168h')}",
            variables: "{same: requester.entity == owner.entity}")
    }

    private mutating func rule() -> Rule {
        Rule(
            parts: (0..<1 + random.below(3)).map { _ in condition() }, connective: random.pick(["&&", "||"]),
            otherwise: random.pick(["reject", "review"]))
    }

    private mutating func change(_ rules: inout [Rule]) {
        let place = random.below(rules.count)
        let part = random.below(rules[place].parts.count)
        switch random.below(7) {
        case 0: rules[place].parts[part] = condition()
        case 1: rules[place].parts[part] = "!(\(rules[place].parts[part]))"
        case 2: rules[place].parts.append(condition())
        case 3: rules[place].connective = rules[place].connective == "&&" ? "||" : "&&"
        case 4: rules[place].otherwise = rules[place].otherwise == "reject" ? "review" : "reject"
        case 5: if rules.count > 1 { rules.remove(at: place) } else { rules.append(rule()) }
        default: rules.append(rule())
        }
    }

    private mutating func condition() -> String {
        switch random.below(12) {
        case 0: "device.sharedWith \(comparison()) \(random.pick(["0", "1", "2", "3", "few", "few + 1", "few * 2"]))"
        case 1: "\(span()) \(comparison()) \(random.pick(["week", "duration('24h')", "duration('720h')", "week + week"]))"
        case 2:
            "(\(span())).\(random.pick(["getHours() / 24", "getHours()", "getMinutes()"])) \(comparison()) \(random.below(40))"
        case 3:
            "\(moment()).\(random.pick(["getDayOfWeek", "getHours", "getMonth"]))(\(zone())) \(comparison()) \(random.below(12))"
        case 4: "\(moment()) \(comparison()) timestamp('202\(random.below(9))-01-01T00:00:00Z')"
        case 5: random.pick(["same", "!same", "consent.given", "identity.identical", "identity.contradicts", "device.shareable"])
        case 6:
            "\(text()) \(random.pick(["==", "!="])) \(random.pick(["'jon01'", "'maria02'", "'E-1'", "'sms'", "requester.id"]))"
        case 7: "\(text()).\(random.pick(["startsWith", "endsWith", "contains"]))('\(random.pick(["a", "req", "1"]))')"
        case 8: "\(random.pick(["owner", "requester"])).deviceKinds.size() \(comparison()) \(random.below(5))"
        case 9:
            "\(random.pick(["owner", "requester"])).deviceKinds.\(random.pick(["exists", "all", "exists_one"]))(k, k \(random.pick(["==", "!="])) '\(kind())')"
        case 10:
            random.pick([
                "device.level >= request.highestLevel", "device.level > \(random.below(21))", "!owner.hasTemporaryDevice",
                "requester.hasDevice", "device.kind == '\(kind())'", "'\(kind())' in requester.deviceKinds",
                "owner.highestLevel >= requester.highestLevel",
            ])
        default:
            random.pick([
                "identity.document == 'match'", "identity.usPerson", "'identity-document' in identity.missing",
                "size(identity.mismatches) < 2", "requester.entityKind == 'individual'",
                "owner.entityKind != requester.entityKind",
                "requester.id.lowerAscii() == 'requester'", "device.sharedWith * device.sharedWith < 5",
            ])
        }
    }

    private mutating func comparison() -> String { random.pick(["==", "!=", "<", "<=", ">", ">="]) }

    private mutating func kind() -> String { random.pick(["card", "pad", "app", "code", "unknown"]) }

    private mutating func zone() -> String { random.pick(["", "'Asia/Hong_Kong'", "'+08:00'", "'Europe/Berlin'"]) }

    private mutating func text() -> String {
        random.pick(["requester.id", "owner.id", "requester.entity", "owner.entity", "consent.method", "device.id"])
    }

    private mutating func moment() -> String {
        random.pick(["request.submittedAt", "request.decidedAt", "device.activatedAt", "consent.givenAt", "owner.registeredAt"])
    }

    private mutating func span() -> String {
        random.pick([
            "request.decidedAt - device.activatedAt", "request.decidedAt - request.submittedAt",
            "request.submittedAt - consent.givenAt", "request.decidedAt - requester.registeredAt",
            "request.decidedAt - owner.registeredAt",
        ])
    }
}

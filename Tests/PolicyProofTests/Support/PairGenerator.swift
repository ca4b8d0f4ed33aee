import EligibilityPolicy
import Foundation
import TestSupport

/// Pairs of policies, the second made of the first by a few changes of the kind that authors make: another number, another
/// comparison, a negation, a part more or less, a rule more or less, a stricter or looser consequence.
struct PairGenerator {
    var random: SeededGenerator

    /// A condition, in parts that can be exchanged.
    private indirect enum Condition {
        case leaf(String)
        case not(Condition)
        case joined([Condition], by: String)
        case choice(Condition, Condition, Condition)

        var text: String {
            switch self {
            case .leaf(let text): text
            case .not(let inner): "!(\(inner.text))"
            case .joined(let parts, let connective): parts.map { "(\($0.text))" }.joined(separator: " \(connective) ")
            case .choice(let condition, let yes, let no): "(\(condition.text)) ? (\(yes.text)) : (\(no.text))"
            }
        }
    }

    private struct Rule {
        var condition: Condition
        var otherwise: String
        var approvals = 1
        /// When it acts.
        var life = ""

        /// The consequence with the keys behind it, on one line.
        var keys: String { (approvals == 2 ? "review, approvals: 2" : otherwise) + (life.isEmpty ? "" : ", " + life) }
    }

    private static let lives = [
        "", "", "", "", "from: 2026-05-05T10:00:00Z", "until: 2026-05-05T10:00:00Z", "at: renewal",
        "from: 2026-01-01T00:00:00Z, until: 2027-01-01T00:00:00Z", "at: [admission, re-check]",
    ]

    private static let exemptions = [
        "", "  - {id: pair, rules: [rule-0], requester: jon01, owner: maria02, until: 2027-01-01T00:00:00Z, reason: why}",
    ]

    /// The same, mostly; else another default, other words, other numbers.
    private static let inputs = [
        ("[low, medium, high], default: medium", "[0, 100]"), ("[low, medium, high], default: medium", "[0, 100]"),
        ("[low, medium, high], default: high", "[0, 100]"), ("[medium, high, low, none], default: low", "[20, 200]"),
    ].map { words, numbers in
        [
            ExamplePolicy.input("band", "choice, values: \(words)"),
            ExamplePolicy.input("score", "integer, range: \(numbers), default: 50"),
            ExamplePolicy.input("known", "boolean, default: false"), ExamplePolicy.input("country", "country, default: ZZ"),
        ].joined(separator: "\n")
    }

    /// The same, mostly; else under exchanged names.
    private static let counters = [("few", "quick"), ("few", "quick"), ("few", "quick"), ("quick", "few")].map { first, second in
        [
            ExamplePolicy.counter(first, "count: sharings, of: owner, within: 30d"),
            ExamplePolicy.counter(second, "count: rejections, of: requester, within: 24h"),
        ].joined(separator: "\n")
    }

    /// Nil where one of them is no policy.
    mutating func pair() -> (old: Policy, new: Policy)? {
        let variable = condition(1)
        let rules = (0..<1 + random.below(4)).map { _ in rule() }
        var newer = rules
        for _ in 0..<1 + random.below(3) { change(&newer) }
        let constants = ["few": "3", "week": "duration('168h')", "names": "['jon01', 'maria02', 'E-1']"]
        var others = constants
        if random.below(6) == 0 { others["few"] = "4" }
        if random.below(6) == 0 { others["week"] = "duration('169h')" }
        if random.below(6) == 0 { others["names"] = "['jon01', 'E-1', 'sms']" }
        let otherVariable = random.below(6) == 0 ? changed(variable, depth: 1) : variable
        let exemption = random.pick(Self.exemptions)
        let other = random.below(4) == 0 ? random.pick(Self.exemptions) : exemption
        let (inputs, counters) = (random.pick(Self.inputs), random.pick(Self.counters))
        guard let old = try? Self.policy(rules, constants, variable.text, exemption, Self.inputs[0], Self.counters[0]),
            let new = try? Self.policy(newer, others, otherVariable.text, other, inputs, counters)
        else { return nil }
        return (old, new)
    }

    private static func policy(
        _ rules: [Rule], _ constants: [String: String], _ variable: String, _ exemption: String, _ inputs: String,
        _ counters: String
    ) throws -> Policy {
        let list = constants.sorted { $0.key < $1.key }.map { "\($0.key): \"\($0.value)\"" }.joined(separator: ", ")
        return try Fixtures.policy(
            rules: rules.map { ($0.condition.text, $0.keys) },
            constants: "{\(list)}", variables: "{same: \"requester.entity == owner.entity\", mixed: \"\(variable)\"}",
            exemptions: exemption, inputs: inputs, counters: counters, isRecorded: true)
    }

    private mutating func rule() -> Rule {
        Rule(
            condition: condition(1 + random.below(3)), otherwise: random.pick(["reject", "reject", "review", "review", "note"]),
            approvals: random.below(4) == 0 ? 2 : 1, life: random.pick(Self.lives))
    }

    private mutating func change(_ rules: inout [Rule]) {
        let place = random.below(rules.count)
        switch random.below(9) {
        case 0: rules[place].otherwise = rules[place].otherwise == "reject" ? "review" : "reject"
        case 1: rules[place].approvals = 3 - rules[place].approvals
        case 2: if rules.count > 1 { rules.remove(at: place) } else { rules.append(rule()) }
        case 3: rules.append(rule())
        case 4: rules[place].life = random.pick(Self.lives)
        default: rules[place].condition = changed(rules[place].condition, depth: 3)
        }
    }

    // MARK: Changes

    private mutating func changed(_ condition: Condition, depth: Int) -> Condition {
        if random.below(depth + 2) == 0 {
            return switch random.below(4) {
            case 0: self.condition(depth)
            case 1: .not(condition)
            default: .joined([condition, self.condition(0)], by: random.pick(["&&", "||"]))
            }
        }
        switch condition {
        case .leaf(let text): return .leaf(changed(text))
        case .not(let inner): return random.below(3) == 0 ? inner : .not(changed(inner, depth: depth))
        case .joined(var parts, let connective):
            let place = random.below(parts.count)
            switch random.below(4) {
            case 0: return .joined(parts, by: connective == "&&" ? "||" : "&&")
            case 1:
                parts.remove(at: place)
                return parts.isEmpty ? .leaf("consent.given") : .joined(parts, by: connective)
            default:
                parts[place] = changed(parts[place], depth: depth)
                return .joined(parts, by: connective)
            }
        case .choice(let condition, let yes, let no):
            return switch random.below(3) {
            case 0: .choice(changed(condition, depth: depth), yes, no)
            case 1: .choice(condition, no, yes)
            default: .choice(condition, yes, changed(no, depth: depth))
            }
        }
    }

    /// Another comparison, or another number.
    private mutating func changed(_ text: String) -> String {
        let comparisons = [" < ", " <= ", " > ", " >= ", " == ", " != "]
        if random.below(2) == 0, let written = comparisons.first(where: text.contains) {
            return text.replacing(written, with: random.pick(comparisons), maxReplacements: 1)
        }
        guard let start = text.lastIndex(where: \.isNumber) else { return "!(\(text))" }
        let first = text[...start].lastIndex { !$0.isNumber }.map(text.index(after:)) ?? text.startIndex
        guard let number = Int(text[first...start]) else { return text }
        return text.replacingCharacters(in: first...start, with: "\(max(0, number + random.pick([-1, 1, 24])))")
    }

    // MARK: Conditions

    private mutating func condition(_ depth: Int) -> Condition {
        guard depth > 0 else { return .leaf(leaf()) }
        return switch random.below(6) {
        case 0: .leaf(leaf())
        case 1: .not(condition(depth - 1))
        case 2: .choice(condition(depth - 1), condition(depth - 1), condition(depth - 1))
        default: .joined((0..<2 + random.below(2)).map { _ in condition(depth - 1) }, by: random.pick(["&&", "||"]))
        }
    }

    private mutating func leaf() -> String {
        switch random.below(18) {
        case 0, 1: return "\(number()) \(comparison()) \(number())"
        case 2, 3: return "\(span()) \(comparison()) \(spanLiteral())"
        case 4: return "(\(span())).\(units()) \(comparison()) \(random.below(40))"
        case 5: return calendar()
        case 6: return "\(moment()) \(comparison()) \(random.below(2) == 0 ? momentLiteral() : moment())"
        case 7: return "\(moment()) + \(spanLiteral()) \(comparison()) \(moment())"
        case 8: return flag()
        case 9, 10: return textCondition()
        case 11, 12: return lists()
        case 13: return kinds()
        case 14: return identity()
        case 15, 16: return input()
        default: return strange()
        }
    }

    private mutating func number() -> String {
        switch random.below(12) {
        case 0, 1, 2: random.pick(["0", "1", "2", "3", "few", "few + 1", "few * 2", "7", "1000"])
        case 3, 4: "device.sharedWith"
        case 5: "device.sharedWith \(random.pick(["+", "-", "*"])) \(1 + random.below(4))"
        case 6: "device.sharedWith \(random.pick(["/", "%"])) \(1 + random.below(4))"
        case 7: "\(user()).deviceKinds.size()"
        case 8: "device.level"
        case 9:
            random.pick(["requester.highestLevel", "owner.highestLevel", "request.highestLevel", "requester.highestLevel + 1"])
        case 10: "math.\(random.pick(["least", "greatest"]))(device.sharedWith, \(random.below(5)))"
        default: "(\(flag()) ? \(random.below(4)) : device.sharedWith)"
        }
    }

    private mutating func input() -> String {
        switch random.below(14) {
        case 0: "input.band \(random.pick(["==", "!="])) '\(random.pick(["low", "medium", "high"]))'"
        case 1: "input.band in ['low', '\(random.pick(["medium", "high"]))']"
        case 2: "input.score \(comparison()) \(random.below(101))"
        case 3: "input.known"
        case 4: "input.country \(random.pick(["==", "!="])) '\(random.pick(["DE", "HK", "ZZ"]))'"
        case 5: "input.country.startsWith('\(random.pick(["D", "H", "K"]))')"
        case 6: "'\(random.pick(["pwd", "otp", "hwk"]))' in session.methods"
        case 7: "session.level \(comparison()) \(random.below(11))"
        case 8: "session.methods.\(random.pick(["exists", "all"]))(m, m in ['otp', 'hwk', 'sms'])"
        case 9: "input.?band.orValue('low') != '\(random.pick(["low", "high"]))'"
        case 11: "counter.few \(comparison()) \(random.below(4))"
        case 12: "counter.quick + counter.few \(comparison()) \(random.below(6))"
        case 10: "[input].exists(i, i.score \(comparison()) \(random.below(101)))"
        default: "session.given && request.submittedAt - session.authenticatedAt \(comparison()) \(spanLiteral())"
        }
    }

    private mutating func calendar() -> String {
        let moment = random.below(5) == 0 ? "(\(self.moment()) + \(spanLiteral()))" : self.moment()
        let (part, limit) = random.pick([
            ("getDayOfWeek", 7), ("getHours", 24), ("getMonth", 12), ("getDate", 32), ("getDayOfMonth", 31),
            ("getDayOfYear", 366),
            ("getMinutes", 60), ("getSeconds", 60),
        ])
        if random.below(10) == 0 { return "\(moment).getFullYear(\(zone())) \(comparison()) 202\(random.below(9))" }
        if random.below(5) == 0 {
            return "\(moment).getDayOfWeek(\(zone())) in [\(random.below(7)), \(random.below(7)), \(random.below(7))]"
        }
        return "\(moment).\(part)(\(zone())) \(comparison()) \(random.below(limit))"
    }

    private mutating func flag() -> String {
        random.pick([
            "same", "!same", "mixed", "consent.given", "identity.identical", "identity.contradicts", "device.shareable",
            "device.physical", "device.temporary", "requester.hasDevice", "owner.hasDevice", "requester.hasTemporaryDevice",
            "owner.hasTemporaryDevice", "identity.usPerson", "has(consent.method)",
        ])
    }

    private mutating func textCondition() -> String {
        switch random.below(7) {
        case 0, 1: "\(text()) \(random.pick(["==", "!="])) \(random.below(3) == 0 ? text() : "'\(word())'")"
        case 2: "\(text()).\(random.pick(["startsWith", "endsWith", "contains"]))('\(random.pick(["a", "req", "1", "", "jo"]))')"
        case 3:
            "\(text()).matches('\(random.pick(["^jon[0-9]+$", "[a-c]x", "^.{3}$", "(?i)^jon", "^(a|b)*$", "E-."]))')"
        case 4: "\(text()).size() \(comparison()) \(random.below(8))"
        case 5: "\(text()) in \(random.below(2) == 0 ? "names" : "['\(word())', '\(word())', \(text())]")"
        default: "\(text()) in ['\(word())', '\(word())']"
        }
    }

    private mutating func lists() -> String {
        let user = user()
        return switch random.below(10) {
        case 0:
            "\(user).deviceKinds.\(random.pick(["exists", "all", "exists_one"]))(k, k \(random.pick(["==", "!="])) '\(kind())')"
        case 1:
            "\(user).deviceKinds.filter(k, k \(random.pick(["==", "!="])) '\(kind())').size() \(comparison()) \(random.below(4))"
        case 2: "'\(kind())' in \(user).deviceKinds"
        case 3: "\(user).deviceKinds.exists(k, k in ['\(kind())', '\(kind())'])"
        case 4:
            "\(user).deviceKinds.exists(k, k.\(random.pick(["startsWith", "contains"]))('\(random.pick(["c", "a", "p", "x"]))'))"
        case 5: "requester.deviceKinds.\(random.pick(["exists", "all"]))(k, k in owner.deviceKinds)"
        case 6: "\(user).deviceKinds \(random.pick(["==", "!="])) []"
        case 7: "\(user).deviceKinds.map(k, k == '\(kind())').exists(f, f)"
        case 8: "[1, 2, few].exists(n, n \(comparison()) device.sharedWith)"
        default: "\(user).deviceKinds.all(k, k != '\(kind())' || \(flag()))"
        }
    }

    private mutating func kinds() -> String {
        random.pick([
            "device.level >= request.highestLevel", "device.level > \(random.below(21))", "device.kind == '\(kind())'",
            "device.kind in ['\(kind())', '\(kind())']", "owner.highestLevel >= requester.highestLevel",
            "device.kind in \(user()).deviceKinds", "device.kind.startsWith('c')",
            "request.recommendedDevice == device.id", "request.recommendedDevice == ''",
            "\(user()).temporaryDevice == ''", "owner.temporaryDevice == device.id",
        ])
    }

    private mutating func identity() -> String {
        random.pick([
            "identity.document == 'match'", "identity.citizenship != 'mismatch'", "identity.dateOfBirth in ['match', 'missing']",
            "identity.residence == identity.citizenship", "'identity-document' in identity.missing",
            "size(identity.mismatches) < 2", "identity.missing == []", "requester.entityKind == 'individual'",
            "owner.entityKind != requester.entityKind", "identity.mismatches.exists(a, a == 'date-of-birth')",
        ])
    }

    /// What fails, or is outside of what is understood.
    private mutating func strange() -> String {
        random.pick([
            "requester.id.lowerAscii() == 'requester'", "device.sharedWith * device.sharedWith < 5", "10 / device.sharedWith > 2",
            "double(device.sharedWith) \(comparison()) 2.5", "int(requester.id) > 5", "device.sharedWith / 0 == 1",
            "device.sharedWith + 9223372036854775800 > 3", "string(device.sharedWith) == '3'",
            "request.submittedAt.getHours('Nowhere/Land') < 3", "duration('1h') + (\(span())) \(comparison()) week",
            "cel.bind(n, device.sharedWith, n \(comparison()) 2 && n != 7)",
            "request.submittedAt + duration('2400000h') > \(moment())",
        ])
    }

    private mutating func comparison() -> String { random.pick(["==", "!=", "<", "<=", ">", ">="]) }

    private mutating func user() -> String { random.pick(["owner", "requester"]) }

    private mutating func kind() -> String { random.pick(["card", "pad", "app", "code", "unknown", "cat"]) }

    private mutating func word() -> String { random.pick(["jon01", "maria02", "E-1", "sms", "requester", "owner-device", ""]) }

    private mutating func zone() -> String {
        random.pick(["", "'Asia/Hong_Kong'", "'+08:00'", "'Europe/Berlin'", "'-03:30'", "'America/New_York'"])
    }

    private mutating func units() -> String {
        random.pick(["getHours() / 24", "getHours()", "getMinutes()", "getSeconds()", "getMilliseconds()", "getHours() % 5"])
    }

    private mutating func text() -> String {
        random.pick([
            "requester.id", "owner.id", "requester.entity", "owner.entity", "consent.method", "device.id", "requester.person",
            "owner.person",
        ])
    }

    private mutating func moment() -> String {
        random.pick([
            "request.submittedAt", "request.decidedAt", "device.activatedAt", "consent.givenAt", "owner.registeredAt",
            "requester.registeredAt",
        ])
    }

    private mutating func momentLiteral() -> String { "timestamp('202\(random.below(9))-0\(1 + random.below(9))-01T00:00:00Z')" }

    private mutating func spanLiteral() -> String {
        random.pick([
            "week", "duration('24h')", "duration('720h')", "week + week", "duration('15m')", "duration('0s')", "duration('-1h')",
        ])
    }

    private mutating func span() -> String {
        switch random.below(4) {
        case 0: "\(moment()) - \(moment())"
        case 1: "request.submittedAt - consent.givenAt"
        case 2: "request.decidedAt - request.submittedAt"
        default: "request.decidedAt - \(random.pick(["device.activatedAt", "requester.registeredAt", "owner.registeredAt"]))"
        }
    }
}

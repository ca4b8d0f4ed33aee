import TestSupport

@testable import EligibilityPolicy

/// Policies whose rules are random conditions over the facts: comparisons with numbers at their bounds, spans, moments, parts
/// of a calendar, lists, and connectives.
struct PolicyGenerator {
    var random: SeededGenerator

    mutating func policy() -> String {
        let count = 1 + random.below(3)
        let rules = (0..<count).map { number in
            ExamplePolicy.rule("rule-\(number)", condition(3), otherwise: random.pick(["reject", "review"]))
        }
        return ExamplePolicy.text(
            constants: "{many: \(number()), age: duration('\(random.pick(Self.spans))')}",
            variables: "{same: requester.entity == owner.entity, odd: \"\(condition(1))\"}", rules: rules.joined(separator: "\n"))
    }

    private static let spans = ["0s", "1ns", "15m", "168h", "-1h", "2562047h", "9223372036s", "106751d", "87660h"]
    private static let zones = ["Asia/Hong_Kong", "UTC", "+08:00", "-99:99", "HKT", ""]
    private static let moments = [
        "request.submittedAt", "request.decidedAt", "consent.givenAt", "device.activatedAt", "owner.registeredAt",
        "timestamp('0001-01-01T00:00:00Z')", "timestamp('9999-12-31T23:59:59.999999999Z')",
        "timestamp('2027-01-01T00:00:00+08:00')",
    ]
    private static let texts = [
        "requester.id", "owner.entity", "device.kind", "device.id", "consent.method", "owner.entityKind", "identity.document",
        "owner.temporaryDevice", "'card'", "'match'", "''", "'individual'",
    ]
    private static let flags = [
        "same", "device.shareable", "device.physical", "consent.given", "identity.identical", "identity.contradicts",
        "requester.hasDevice", "owner.hasTemporaryDevice", "identity.usPerson == 'yes'", "true", "false",
    ]
    private static let lists = ["requester.deviceKinds", "identity.mismatches", "identity.missing", "['card', 'pad']", "[]"]

    private mutating func condition(_ depth: Int) -> String {
        guard depth > 0 else { return random.pick(Self.flags) }
        switch random.below(9) {
        case 0: return "!(\(condition(depth - 1)))"
        case 1: return "(\(condition(depth - 1)) && \(condition(depth - 1)))"
        case 2: return "(\(condition(depth - 1)) || \(condition(depth - 1)))"
        case 3: return "(\(condition(depth - 1)) ? \(condition(depth - 1)) : \(condition(depth - 1)))"
        case 4: return "\(integer(depth - 1)) \(comparison()) \(integer(depth - 1))"
        case 5: return "\(span(depth - 1)) \(comparison()) \(span(depth - 1))"
        case 6: return "\(random.pick(Self.moments)) \(comparison()) \(random.pick(Self.moments))"
        case 7: return "\(random.pick(Self.texts)) \(random.pick(["==", "!="])) \(random.pick(Self.texts))"
        default:
            let list = random.pick(Self.lists)
            return random.pick([
                "\(random.pick(Self.texts)) in \(list)", "\(list).all(e, e == \(random.pick(Self.texts)))",
                "\(list).exists(e, e.startsWith(\(random.pick(Self.texts))))", "size(\(list)) \(comparison()) \(number())",
                "\(random.pick(Self.texts)).matches('^[a-z]+-?[0-9]*$')",
            ])
        }
    }

    private mutating func comparison() -> String { random.pick(["==", "!=", "<", "<=", ">", ">="]) }

    private mutating func number() -> String {
        random.pick([
            "0", "1", "-1", "2", "3", "20", "1000001", "9223372036854775807", "-9223372036854775808", "4611686018427387904",
        ])
    }

    private mutating func integer(_ depth: Int) -> String {
        guard depth > 0 else {
            return random.pick([
                "device.level", "device.sharedWith", "request.highestLevel", "owner.highestLevel", "many", number(),
            ])
        }
        switch random.below(5) {
        case 0: return "(\(integer(depth - 1)) \(random.pick(["+", "-", "*", "/", "%"])) \(integer(depth - 1)))"
        case 1: return "-(\(integer(depth - 1)))"
        case 2: return "(\(span(depth - 1))).\(random.pick(["getHours", "getMinutes", "getSeconds", "getMilliseconds"]))()"
        case 3:
            let part = random.pick(["getDayOfWeek", "getHours", "getMonth", "getFullYear", "getDayOfYear"])
            return "\(random.pick(Self.moments)).\(part)('\(random.pick(Self.zones))')"
        default: return integer(0)
        }
    }

    private mutating func span(_ depth: Int) -> String {
        guard depth > 0 else { return random.pick(["age", "duration('\(random.pick(Self.spans))')"]) }
        return random.once(in: 3)
            ? "(\(span(depth - 1)) \(random.pick(["+", "-"])) \(span(depth - 1)))"
            : "(\(random.pick(Self.moments)) - \(random.pick(Self.moments)))"
    }
}

import CEL
import Canonical

/// Variables of every type, with random values.
package enum FuzzEnvironment {
    package static let environment: Environment = make()

    private static func make() -> Environment {
        var limits = Limits()
        limits.comprehensionIterations = 20_000
        limits.evaluationSteps = 200_000
        limits.stringSize = 65_536
        let record = RecordType(
            name: "Record",
            fields: [
                RecordType.Field(name: "name", type: .string), RecordType.Field(name: "kind", type: .string),
                RecordType.Field(name: "level", type: .int), RecordType.Field(name: "flag", type: .bool),
                RecordType.Field(name: "since", type: .timestamp),
            ])
        let variables: [(String, CELType)] = [
            ("b", .bool), ("c", .bool), ("i", .int), ("j", .int), ("u", .uint), ("d", .double), ("s", .string), ("y", .bytes),
            ("t", .timestamp), ("p", .duration), ("l", .list(.int)), ("m", .map(.string, .int)), ("o", .optional(.int)),
            ("x", .dyn),
            ("r", .record("Record")),
        ]
        let plain = Environment(
            variables: variables.map { VariableDeclaration(name: $0.0, type: $0.1) }, records: [record], limits: limits)
        do {
            return plain.defining("named", as: try plain.check(plain.parse("r.name == r.kind || i < j")))
        } catch {
            preconditionFailure("the fuzz environment is wrong: \(error)")
        }
    }

    /// Fills every slot with a value of its type, but for a few that stay empty.
    package static func fill(_ activation: Activation, _ random: inout SplitMix64) {
        for (slot, leaf) in environment.slots.leaves.enumerated() {
            activation[slot] = random.chance(4) ? nil : value(of: leaf.type, &random)
        }
    }

    private static func value(of type: CELType, _ random: inout SplitMix64) -> CELValue {
        switch type {
        case .bool: return .bool(Bool.random(using: &random))
        case .int: return .int(random.pick([0, 1, -1, 2, 3, 7, 100, .max, .min]))
        case .uint: return .uint(random.pick([0, 1, 2, 3, .max]))
        case .double: return .double(random.pick([0, 1, -1.5, 2, .nan, .infinity, 1e300]))
        case .string:
            return .string(random.pick(["", "a", "b", "individual", "ab\u{e9}\u{1f600}", "0123456789abcdef0123456789"]))
        case .bytes: return .bytes(random.pick([[], [0xff], Array("abc".utf8)]))
        case .timestamp:
            if random.chance(5) { return .null }
            let second = random.pick([0, 1_700_000_000, CELTimestamp.earliestSecond, CELTimestamp.latestSecond])
            return CELTimestamp(checkingSeconds: second, nanoseconds: random.pick([0, 1, 999_999_999])).map(CELValue.timestamp)
                ?? .null
        case .duration:
            return random.chance(5)
                ? .null : .duration(CELDuration(nanoseconds: random.pick([0, 1, -1, 3_600_000_000_000, .max, .min])))
        case .list: return .list((0..<Int.random(in: 0...4, using: &random)).map { .int(Int64($0)) })
        case .map:
            var map = CELMap()
            for key in ["a", "b", "k"] where random.chance(50) { _ = try? map.insert(.int(1), for: .string(key)) }
            return .map(map)
        case .optional: return .optional(random.chance(50) ? .none : CELOptional(.int(3)))
        default: return random.pick([.null, .bool(true), .int(1), .string("a"), .list([.int(1)]), .double(1)])
        }
    }
}

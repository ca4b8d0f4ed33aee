import Canonical

/// Random expressions over the variables of ``FuzzEnvironment``: most of them well typed, some not.
package struct ExpressionGenerator {
    private enum Kind: CaseIterable {
        case bool, int, uint, double, string, bytes, timestamp, duration, list, map, optional
    }

    package var random: SplitMix64
    private var locals: [(name: String, kind: Kind)] = []

    package init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    package mutating func expression(depth: Int = 5) -> String {
        locals = []
        return text(random.pick(Kind.allCases), depth)
    }

    /// A condition, as a policy rule has.
    package mutating func condition(depth: Int = 4) -> String {
        locals = []
        return text(.bool, depth)
    }

    private mutating func text(_ wanted: Kind, _ depth: Int) -> String {
        // A wrong type now and then, known to the checker or hidden from it.
        let kind = random.chance(3) ? random.pick(Kind.allCases) : wanted
        if random.chance(4), depth > 0 { return "dyn(\(text(kind, depth - 1)))" }
        if depth <= 0 || random.chance(15) { return leaf(kind) }
        if random.chance(8) { return "(\(text(.bool, depth - 1)) ? \(text(kind, depth - 1)) : \(text(kind, depth - 1)))" }
        if random.chance(4) { return bind(kind, depth) }
        switch kind {
        case .bool: return condition(depth - 1)
        case .int: return int(depth - 1)
        case .uint: return arithmetic(.uint, ["+", "-", "*", "/", "%"], depth - 1)
        case .double: return double(depth - 1)
        case .string: return string(depth - 1)
        case .bytes: return random.chance(50) ? "bytes(\(text(.string, depth - 1)))" : arithmetic(.bytes, ["+"], depth - 1)
        case .timestamp: return "(\(text(.timestamp, depth - 1)) \(random.pick(["+", "-"])) \(text(.duration, depth - 1)))"
        case .duration:
            return random.chance(50)
                ? "(\(text(.timestamp, depth - 1)) - \(text(.timestamp, depth - 1)))"
                : arithmetic(.duration, ["+", "-"], depth - 1)
        case .list: return list(depth - 1)
        case .map: return map(depth - 1)
        case .optional: return optional(depth - 1)
        }
    }

    private mutating func leaf(_ kind: Kind) -> String {
        let known = locals.filter { $0.kind == kind }
        if !known.isEmpty, random.chance(50) { return random.pick(known.map(\.name)) }
        if random.chance(1) { return random.pick(["nowhere", "x", "null", "r", "x.y", "r.nothing"]) }
        return switch kind {
        case .bool: random.pick(["true", "false", "b", "r.flag", "c", "named"])
        case .int: random.pick(["0", "1", "-1", "7", "9223372036854775807", "-9223372036854775808", "i", "j", "r.level"])
        case .uint: random.pick(["0u", "1u", "18446744073709551615u", "u"])
        case .double: random.pick(["0.0", "1.5", "-2.25", "1e308", "d", "double('NaN')"])
        case .string: random.pick(["''", "'a'", "'ab\\u00e9\\U0001F600'", "s", "r.name", "r.kind", "'individual'", "'a,b,,c'"])
        case .bytes: random.pick(["b''", "b'\\xff\\x00'", "y"])
        case .timestamp: random.pick(["t", "r.since", "timestamp('2024-02-29T12:34:56.789Z')", "timestamp(0)"])
        case .duration: random.pick(["p", "duration('168h')", "duration('-1.5s')", "duration('0')"])
        case .list: random.pick(["l", "[]", "[1, 2, 3]", "['a', 'b']"])
        case .map: random.pick(["m", "{}", "{'a': 1}", "{1: 'a', 2u: 'b', true: 'c'}"])
        case .optional: random.pick(["o", "optional.none()", "m.?a", "l[?0]"])
        }
    }

    private mutating func arithmetic(_ kind: Kind, _ operators: [String], _ depth: Int) -> String {
        "(\(text(kind, depth)) \(random.pick(operators)) \(text(kind, depth)))"
    }

    private mutating func condition(_ depth: Int) -> String {
        switch Int.random(in: 0..<12, using: &random) {
        case 0...2:
            let sign = random.pick([" && ", " || "])
            return "(" + (0..<Int.random(in: 2...4, using: &random)).map { _ in text(.bool, depth) }.joined(separator: sign) + ")"
        case 3: return "!\(text(.bool, depth))"
        case 4...6:
            let kind = random.pick([Kind.int, .uint, .double, .string, .timestamp, .duration, .bool, .bytes])
            return "(\(text(kind, depth)) \(random.pick(["==", "!=", "<", "<=", ">", ">="])) \(text(kind, depth)))"
        case 7:
            let kind = random.pick([Kind.list, .map, .optional])
            return "(\(text(kind, depth)) == \(text(kind, depth)))"
        case 8: return "(\(text(random.pick([Kind.int, .string]), depth)) in \(text(random.pick([Kind.list, .map]), depth)))"
        case 9: return quantifier(depth)
        case 10:
            let function = random.pick(["startsWith", "endsWith", "contains", "matches"])
            return
                "\(text(.string, depth)).\(function)(\(random.chance(50) ? random.pick(["'a'", "'^a*b?$'", "'[a-c]+'", "'('"]) : text(.string, depth)))"
        default:
            return random.pick([
                "has(m.a)", "has(r.name)", "\(text(.optional, depth)).hasValue()", "math.isNaN(\(text(.double, depth)))",
            ])
        }
    }

    private mutating func quantifier(_ depth: Int) -> String {
        let macro = random.pick(["all", "exists", "exists_one"])
        return comprehension(depth) { range, name, body in "\(range).\(macro)(\(name), \(body))" }
    }

    /// A macro over a list, with its variable in scope in the body.
    private mutating func comprehension(_ depth: Int, body kind: Kind = .bool, _ form: (String, String, String) -> String)
        -> String
    {
        let range = text(random.chance(80) ? .list : .map, depth)
        let name = random.pick(["e", "f", "s"])
        locals.append((name, .int))
        defer { locals.removeLast() }
        return form(range, name, text(kind, depth))
    }

    private mutating func int(_ depth: Int) -> String {
        switch Int.random(in: 0..<7, using: &random) {
        case 0...2: return arithmetic(.int, ["+", "-", "*", "/", "%"], depth)
        case 3: return "-(\(text(.int, depth)))"
        case 4: return "size(\(text(random.pick([Kind.string, .bytes, .list, .map]), depth)))"
        case 5: return "int(\(text(random.pick([Kind.uint, .double, .string, .timestamp]), depth)))"
        default:
            let part = random.pick(["getFullYear()", "getDayOfYear()", "getHours('+02:00')", "getDate('Europe/Paris')"])
            return random.chance(50) ? "\(text(.timestamp, depth)).\(part)" : "\(text(.duration, depth)).getMinutes()"
        }
    }

    private mutating func double(_ depth: Int) -> String {
        random.chance(60)
            ? arithmetic(.double, ["+", "-", "*", "/"], depth)
            : random.pick([
                "math.floor(\(text(.double, depth)))", "double(\(text(.int, depth)))",
                "math.greatest(\(text(.double, depth)), 0.5)",
            ])
    }

    private mutating func string(_ depth: Int) -> String {
        switch Int.random(in: 0..<6, using: &random) {
        case 0...1: return arithmetic(.string, ["+"], depth)
        case 2: return "string(\(text(random.pick([Kind.int, .uint, .double, .bool, .bytes, .timestamp, .duration]), depth)))"
        case 3:
            let receiver = text(.string, depth)
            return random.pick([
                "\(receiver).upperAscii()", "\(receiver).trim()", "\(receiver).reverse()", "\(receiver).replace('a', 'bb')",
                "\(receiver).substring(\(text(.int, depth)))", "\(receiver).charAt(\(text(.int, depth)))",
                "\(receiver).split(',').join('-')",
            ])
        case 4: return "'%s %d %.2f'.format([\(text(.string, depth)), \(text(.int, depth)), \(text(.double, depth))])"
        default: return "base64.encode(\(text(.bytes, depth)))"
        }
    }

    private mutating func list(_ depth: Int) -> String {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: return "[" + (0..<3).map { _ in text(.int, depth) }.joined(separator: ", ") + "]"
        case 1: return arithmetic(.list, ["+"], depth)
        case 2: return comprehension(depth) { "\($0).filter(\($1), \($2))" }
        case 3: return comprehension(depth, body: .int) { "\($0).map(\($1), \($2))" }
        default: return "[?\(text(.optional, depth)), \(text(.int, depth))]"
        }
    }

    private mutating func map(_ depth: Int) -> String {
        random.chance(60)
            ? "{\(text(.string, depth)): \(text(.int, depth)), 'k': \(text(.int, depth))}"
            : "\(text(.map, depth)).transformMap(k, v, v + \(text(.int, depth)))"
    }

    private mutating func optional(_ depth: Int) -> String {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return "optional.of(\(text(.int, depth)))"
        case 1: return "\(text(.optional, depth)).or(\(text(.optional, depth)))"
        case 2: return "\(text(.optional, depth)).optMap(q, q + \(text(.int, depth)))"
        default: return "\(text(.list, depth))[?\(text(.int, depth))]"
        }
    }

    private mutating func bind(_ kind: Kind, _ depth: Int) -> String {
        let bound = random.pick(Kind.allCases)
        let value = text(bound, depth - 1)
        locals.append(("z", bound))
        defer { locals.removeLast() }
        return "cel.bind(z, \(value), \(text(kind, depth - 1)))"
    }
}

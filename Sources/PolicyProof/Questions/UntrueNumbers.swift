import CEL
import EligibilityPolicy

/// Numbers that people are told of a rule, and that are not those that it compares with: in a parameter of its error, such as
/// `minimumDays: 99` beside `duration('168h')`, and in its English title, such as "for two weeks".
///
/// A hint: only spans are looked at, and a rule that compares with none is left alone.
struct UntrueNumbers {
    private let policy: Policy
    private let world: World

    init(_ policy: Policy) {
        self.policy = policy
        world = World([policy], steps: 200_000)
    }

    func all() -> [PolicyFinding] {
        var findings: [PolicyFinding] = []
        for (place, rule) in policy.admissionRules.enumerated() {
            let spans = spans(in: policy.requirements[place].parsed.root)
            guard !spans.isEmpty else { continue }
            let written = spans.map { CELDuration(nanoseconds: $0).description }.joined(separator: ", ")
            for (parameter, expression) in zip(rule.parameters, policy.parameterExpressions[place]) {
                guard let unit = Self.unit(ofParameter: parameter.name), case .int(let number)? = known(expression.parsed.root)
                else { continue }
                let (told, overflow) = number.multipliedReportingOverflow(by: unit)
                guard overflow || !spans.contains(told) else { continue }
                findings.append(
                    PolicyFinding(
                        kind: .untrueParameter, subject: rule.id.rawValue, others: [parameter.name],
                        message:
                            "the rule '\(rule.id)' says \(parameter.name) \(number) to clients, and compares with \(written); "
                            + "correct one of them"))
            }
            let told = Self.spans(inTitle: rule.title[.english])
            guard !told.isEmpty, !told.contains(where: { range in spans.contains(where: range.contains) }) else { continue }
            findings.append(
                PolicyFinding(
                    kind: .untrueTitle, subject: rule.id.rawValue, others: [],
                    message: "the title of the rule '\(rule.id)' names another span than those that the rule compares with "
                        + "(\(written)); correct one of them"))
        }
        return findings
    }

    // MARK: What a rule compares with

    /// The spans in an expression and in the variables that it uses, in nanoseconds, in their order.
    private func spans(in expression: Expression) -> [Int64] {
        var found: [Int64] = []
        var seen: Set<String> = []
        var pending = [expression]
        while let expression = pending.popLast() {
            expression.walk { node in
                switch node.kind {
                case .identifier(let name, _):
                    if seen.insert(name).inserted, let variable = policy.variableExpressions[name] {
                        pending.append(variable.parsed.root)
                    }
                case .call("duration", _, _, _): break
                default: return
                }
                if case .duration(let span)? = known(node), !found.contains(span.nanoseconds) { found.append(span.nanoseconds) }
            }
        }
        return found
    }

    /// The value of an expression that no fact changes.
    private func known(_ expression: Expression) -> CELValue? {
        let reader = Reader(world: world, path: Path(world), policy: 0)
        guard case .known(let value)? = try? reader.value(of: expression, []) else { return nil }
        return value
    }

    // MARK: What people are told

    private static let second: Int64 = 1_000_000_000

    private static func unit(ofParameter name: String) -> Int64? {
        let units: [(String, Int64)] = [("Days", 86_400), ("Hours", 3_600), ("Minutes", 60), ("Seconds", 1)]
        return units.first { name.hasSuffix($0.0) }.map { $0.1 * second }
    }

    private static let numbers = [
        "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
        "ten": 10, "eleven": 11, "twelve": 12, "fourteen": 14, "fifteen": 15, "twenty": 20, "thirty": 30, "sixty": 60,
        "ninety": 90,
    ]

    /// Seconds of a unit: a month and a year are of several lengths.
    private static let units: [String: ClosedRange<Int64>] = [
        "second": 1...1, "minute": 60...60, "hour": 3_600...3_600, "day": 86_400...86_400, "week": 604_800...604_800,
        "month": 28 * 86_400...31 * 86_400, "year": 365 * 86_400...366 * 86_400,
    ]

    /// Spans such as "two weeks" and "30 days", in nanoseconds.
    private static func spans(inTitle title: String) -> [ClosedRange<Int64>] {
        let words = title.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
        return zip(words, words.dropFirst()).compactMap { word, unit in
            guard let number = numbers[word] ?? Int(word), (1...10_000).contains(number),
                let range = units[unit] ?? (unit.hasSuffix("s") ? units[String(unit.dropLast())] : nil)
            else { return nil }
            let (least, isTooLong) = range.lowerBound.multipliedReportingOverflow(by: Int64(number) * second)
            let (most, overflow) = range.upperBound.multipliedReportingOverflow(by: Int64(number) * second)
            return isTooLong || overflow ? nil : least...most
        }
    }
}

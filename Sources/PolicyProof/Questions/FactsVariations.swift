import CEL
import Canonical
import EligibilityPolicy

/// Facts near others, for what the proof does not understand: numbers, texts and moments that the policies' literals suggest, and
/// the same request at other times of the calendar.
struct FactsVariations {
    private var random = SplitMix64(seed: 1)
    private let numbers: [Int]
    private let texts: [String]
    private let spans: [Int64]
    private let moments: [Int64]
    private let kinds: [DeviceKindID]
    private let declared: [DeclaredField]

    private static let day: Int64 = 86_400_000_000

    init(_ policies: [Policy]) {
        var literals: Set<CELValue> = []
        for policy in policies {
            let expressions = policy.conditions + policy.variableExpressions.values
            for value in policy.constantValues.values { Self.collect(value, into: &literals) }
            for expression in expressions {
                expression.parsed.root.walk { node in
                    if case .literal(let value) = node.kind { Self.collect(value, into: &literals) }
                }
            }
        }
        var numbers = Set(0...12)
        var texts: Set<String> = []
        var spans: Set<Int64> = [0, 1_000_000, 60_000_000, 3_600_000_000, Self.day, 31 * Self.day]
        var moments: Set<Int64> = []
        for literal in literals {
            switch literal {
            case .int(let number): numbers.formUnion(Self.near(number))
            case .uint(let number): numbers.formUnion(Self.near(Int64(clamping: number)))
            case .double(let number):
                if number.magnitude < 1e15 { numbers.formUnion(Self.near(Int64(number))) }
            case .string(let text):
                texts.formUnion(Self.near(text))
                if let span = CELDuration(text) { spans.formUnion(Self.around(span.nanoseconds / 1_000)) }
                if let moment = CELTimestamp(text) { moments.formUnion(Self.around(moment.seconds * 1_000_000)) }
            case .duration(let span): spans.formUnion(Self.around(span.nanoseconds / 1_000))
            case .timestamp(let moment): moments.formUnion(Self.around(moment.seconds * 1_000_000))
            default: break
            }
        }
        self.numbers = numbers.sorted()
        self.texts =
            (texts.union(Self.long(numbers))).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } + [
                "a", "b", "ab-1", "user01",
            ]
        self.spans = spans.sorted()
        self.moments = moments.sorted()
        declared = policies.flatMap(\.schema.declared)
        kinds = Set(policies.flatMap { $0.catalog.kinds.map(\.id) }).sorted { $0.rawValue < $1.rawValue }
    }

    private static func collect(_ value: CELValue, into literals: inout Set<CELValue>) {
        guard case .list(let elements) = value else {
            literals.insert(value)
            return
        }
        for element in elements { collect(element, into: &literals) }
    }

    /// The text in other cases, with something beside it, repeated, and its parts.
    private static func near(_ text: String) -> [String] {
        let parts = text.split { !$0.isLetter && !$0.isNumber }.map(String.init)
        return [
            text, text.lowercased(), text.uppercased(), text + "a", "a" + text, "a" + text + "a", "aaaa" + text, " " + text + " ",
            text + text, "a" + text + "a" + text + "a", String(text.reversed()),
        ] + (parts.count > 1 ? parts : [])
    }

    /// Texts of the lengths that are asked for.
    private static func long(_ numbers: Set<Int>) -> [String] {
        numbers.filter { (5...200).contains($0) }.map { String(repeating: "a", count: $0) }
    }

    private static func near(_ number: Int64) -> [Int] {
        guard (0...1_000_000_000_000).contains(number) else { return [] }
        let root = Int(Double(number).squareRoot())
        return [Int(number), Int(number) + 1, max(0, Int(number) - 1), root, root + 1]
    }

    private static func around(_ span: Int64) -> [Int64] {
        [span.subtractingReportingOverflow(1_000_000).partialValue, span, span.addingReportingOverflow(1_000_000).partialValue]
    }

    /// One to three things about the facts are changed.
    mutating func next(to facts: Facts) -> Facts {
        var varied = facts
        for _ in 0...random.below(3) { vary(&varied) }
        return varied
    }

    private mutating func vary(_ facts: inout Facts) {
        switch random.below(declared.isEmpty ? 9 : 11) {
        case 0: facts.sharedWith = random.element(of: numbers) ?? 0
        case 1: varyText(&facts)
        case 2, 3: move(&facts, by: Int64(random.below(800)) * Self.day + Int64(random.below(24)) * 3_600_000_000)
        case 4:
            guard let moment = random.element(of: moments) else { return }
            move(&facts, by: Self.difference(moment, facts.submittedAt.microseconds))
        case 5: varyMoment(&facts)
        case 6: varyDevices(&facts.requester, "requester-more")
        case 7: varyDevices(&facts.owner, "owner-more")
        case 8: facts.session = SessionFacts.sample(&random, at: facts.submittedAt)
        default:
            guard let field = random.element(of: declared) else { return }
            facts[field.source] = field.sample(&random, near: numbers, texts)
        }
    }

    private mutating func varyText(_ facts: inout Facts) {
        let text = random.element(of: texts) ?? ""
        switch random.below(8) {
        case 0: facts.requester.id = text
        case 1: facts.owner.id = text
        case 2: facts.requester.entity = text
        case 3: facts.owner.entity = text
        case 4: facts.consent?.method = text
        case 5: facts.requester.person = text
        case 6: facts.owner.person = random.below(2) == 0 ? facts.requester.person : text
        default:
            for place in facts.owner.devices.indices where facts.owner.devices[place].id == facts.device {
                facts.owner.devices[place].id = text
            }
            facts.device = text
        }
    }

    private mutating func varyMoment(_ facts: inout Facts) {
        let span = random.element(of: spans) ?? 0
        let decided = facts.decidedAt.advanced(by: .microseconds(-span))
        switch random.below(6) {
        case 0: facts.decidedAt = facts.submittedAt.advanced(by: .microseconds(span))
        case 1: facts.requester.registeredAt = decided
        case 2: facts.owner.registeredAt = decided
        case 3:
            let givenAt = facts.submittedAt.advanced(by: .microseconds(-span))
            facts.consent?.givenAt = givenAt
        case 4:
            let authenticatedAt = facts.submittedAt.advanced(by: .microseconds(-span))
            facts.session?.authenticatedAt = authenticatedAt
        default:
            for place in facts.owner.devices.indices where facts.owner.devices[place].id == facts.device {
                facts.owner.devices[place].activatedAt = decided
            }
        }
    }

    private mutating func varyDevices(_ user: inout ParticipantFacts, _ name: String) {
        guard let kind = random.element(of: kinds) else { return }
        for number in 0..<random.below(5) {
            let device = DeviceFacts(id: "\(name)-\(user.devices.count)-\(number)", kind: kind, activatedAt: user.registeredAt)
            user.devices.append(device)
        }
    }

    private static func difference(_ one: Int64, _ other: Int64) -> Int64 {
        let (difference, overflow) = one.subtractingReportingOverflow(other)
        return overflow ? 0 : difference
    }

    /// All moments together, so that what lies between them stays.
    private func move(_ facts: inout Facts, by span: Int64) {
        let span = Duration.microseconds(span)
        facts.submittedAt = facts.submittedAt.advanced(by: span)
        facts.decidedAt = facts.decidedAt.advanced(by: span)
        if let givenAt = facts.consent?.givenAt { facts.consent?.givenAt = givenAt.advanced(by: span) }
        if let authenticatedAt = facts.session?.authenticatedAt {
            facts.session?.authenticatedAt = authenticatedAt.advanced(by: span)
        }
        facts.requester.registeredAt = facts.requester.registeredAt.advanced(by: span)
        facts.owner.registeredAt = facts.owner.registeredAt.advanced(by: span)
        for place in facts.owner.devices.indices {
            facts.owner.devices[place].activatedAt = facts.owner.devices[place].activatedAt.advanced(by: span)
        }
    }
}

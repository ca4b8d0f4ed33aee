import CEL
import EligibilityPolicy

/// The texts of some policies that may be names of kinds of device.
///
/// Every text that is not surely held against something else is one: what is held against a participant's id, or names a time
/// zone, is not. So a list of a thousand devices does not become a thousand kinds.
struct KindNames {
    private(set) var names: [String] = []
    /// Conditions that may look into the spelling of a kind, such as `kind.startsWith('x')`.
    private(set) var spellings = 0

    private var mentions: [CELValue: Int] = [:]
    private var constants: [String: CELValue] = [:]
    /// The paths of all facts.
    private let facts: Set<String>

    init(_ policies: [Policy], invariants: [Invariant]) {
        facts = Set((policies.map(\.schema) + [.common]).flatMap(\.byPath.keys))
        var expressions: [(CheckedExpression, [String: CELValue])] = invariants.map { ($0.requirement, [:]) }
        for policy in policies {
            for kind in policy.catalog.kinds { mentions[.string(kind.id.rawValue), default: 0] += 1 }
            names += policy.catalog.kinds.map(\.id.rawValue)
            expressions += (policy.conditions + policy.variableExpressions.values).map { ($0, policy.constantValues) }
        }
        for (expression, values) in expressions {
            constants = values
            expression.parsed.root.walk { node in
                switch node.kind {
                case .literal, .identifier: note(texts(of: node), 1)
                case .binary(_, let left, let right):
                    if isOtherFact(left) { note(texts(below: right), -1) }
                    if isOtherFact(right) { note(texts(below: left), -1) }
                case .call(let name, let target, let arguments, _): noteCall(name, target, arguments)
                default: break
                }
            }
        }
        let usable = mentions.filter { $0.value > 0 }.keys.compactMap { if case .string(let text) = $0 { text } else { nil } }
        let others = usable.filter { !$0.isEmpty && $0.utf8.count <= 64 }
        names = Self.distinct(names + others.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }

    private mutating func noteCall(_ name: String, _ target: Expression?, _ arguments: [Expression]) {
        let isOther = target.map(isOtherFact) ?? ["duration", "timestamp"].contains(name)
        if isOther || CalendarPart(rawValue: name) != nil {
            for argument in arguments { note(texts(below: argument), -1) }
        } else if ["startsWith", "endsWith", "contains", "matches", "size"].contains(name),
            let subject = target ?? arguments.first, mayBeKind(subject)
        {
            spellings += 1
        }
    }

    private mutating func note(_ texts: [String], _ count: Int) {
        for text in texts { mentions[.string(text), default: 0] += count }
    }

    /// The texts that a literal or a constant has in it.
    private func texts(of node: Expression) -> [String] {
        switch node.kind {
        case .literal(let value): value.texts
        case .identifier(let name, _): constants[name]?.texts ?? []
        default: []
        }
    }

    /// Those of a node, or of a list's elements.
    private func texts(below node: Expression) -> [String] {
        if case .list(let elements) = node.kind { return elements.flatMap { texts(of: $0.value) } }
        return texts(of: node)
    }

    /// A fact that is no kind of device.
    private func isOtherFact(_ node: Expression) -> Bool {
        guard let path = node.path?.name, !["device.kind", "requester.deviceKinds", "owner.deviceKinds"].contains(path) else {
            return false
        }
        return facts.contains(path)
    }

    /// Lists and other facts are none.
    private func mayBeKind(_ node: Expression) -> Bool {
        switch node.kind {
        case .comprehension, .list, .literal: return false
        default: break
        }
        guard let path = node.path?.name else { return true }
        return path == "device.kind" || !facts.contains(path)
    }

    /// Byte for byte.
    private static func distinct(_ names: [String]) -> [String] {
        var seen: Set<CELValue> = []
        return names.filter { seen.insert(.string($0)).inserted }
    }
}

extension CELValue {
    /// The texts in it.
    fileprivate var texts: [String] {
        switch self {
        case .string(let text): [text]
        case .list(let elements): elements.flatMap(\.texts)
        default: []
        }
    }
}

import Canonical

/// What clients are told when rules of a policy fail that does not disclose every reason as itself.
///
/// Which rule failed must not be found out from what is told: not from the number of reasons, since equal ones are told once; not
/// from their order, which rests on the told codes and the policy alone; nor from the consequence that is said with each, which is
/// the strongest with which the policy tells that code.
struct DisclosurePlan: Sendable {
    private struct Told: Sendable {
        let code: ReasonCode
        let parameters: [String]
        let consequence: Consequence
        /// The place of the first rule that may tell this code, among those with that consequence.
        let rank: Int
    }

    /// By the place of a rule; nil where nothing is told of it.
    private let told: [Told?]

    /// Nil where every rule's reason is told as itself: then what is told is what was decided.
    init?(_ rules: [Rule], _ catalog: ReasonCatalog) {
        guard rules.contains(where: { catalog.disclosure(of: $0.code) != .itself }) else { return nil }
        let codes = rules.map { rule -> ReasonCode? in
            guard rule.consequence != .note else { return nil }
            return switch catalog.disclosure(of: rule.code) {
            case .itself: rule.code
            case .another(let code): code
            case .nothing: nil
            }
        }
        var first: [ReasonCode: (consequence: Consequence, rank: Int)] = [:]
        for (place, rule) in rules.enumerated() {
            guard let code = codes[place] else { continue }
            let known = first[code]
            if known == nil || known?.consequence == .review && rule.consequence == .reject {
                first[code] = (rule.consequence, place)
            }
        }
        told = codes.map { code in
            guard let code, let first = first[code] else { return nil }
            return Told(
                code: code, parameters: (catalog.parameters(of: code) ?? []).filter { !$0.isConfidential }.map(\.name),
                consequence: first.consequence, rank: first.rank)
        }
    }

    /// What clients are told of a decision that does not approve.
    ///
    /// - Parameter rulings: of all rules, in their order.
    func disclosed(_ rulings: [Ruling]) -> [StatedReason] {
        var found: [(told: Told, reason: StatedReason)] = []
        for (told, ruling) in zip(told, rulings) {
            guard let told, let reason = ruling.reason else { continue }
            let parameters = ErrorParameters(reason.parameters.filter { told.parameters.contains($0.name) })
            let stated = StatedReason(told.code, parameters, consequence: told.consequence)
            if !found.contains(where: { $0.reason == stated }) { found.append((told, stated)) }
        }
        guard !found.isEmpty else { return [StatedReason(.builtIn(.reasonNotDisclosed))] }
        return found.sorted { Self.comesFirst($0, $1) }.map(\.reason)
    }

    private static func comesFirst(
        _ left: (told: Told, reason: StatedReason), _ right: (told: Told, reason: StatedReason)
    ) -> Bool {
        guard left.told.consequence == right.told.consequence else { return left.told.consequence == .reject }
        guard left.told.rank == right.told.rank else { return left.told.rank < right.told.rank }
        return left.reason.parameters.json.canonicalBytes().lexicographicallyPrecedes(
            right.reason.parameters.json.canonicalBytes())
    }
}

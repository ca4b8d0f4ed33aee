/// A counter under the name that a policy gives it: its expressions read `counter.ownerSharings`.
public struct PolicyCounter: Hashable, Sendable {
    public let id: String
    /// What is counted, for people.
    public let title: LocalizedText
    public let counter: HistoryCounter
}

extension PolicyCounter {
    /// What the policy reads of the facts. A decision of before the policy used the counter has no number of it, which counts as 0.
    package var field: DeclaredField {
        DeclaredField(id: id, source: .counter(counter), type: .integer(0...HistoryCounter.maximum), fallback: .integer(0))
    }
}

extension Policy {
    /// What has to be counted for a decision of this policy.
    public var counted: [HistoryCounter] { counters.map(\.counter) }
}

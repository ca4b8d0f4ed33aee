import Synchronization

/// Steps that an analysis may take in all. When they are spent, it claims nothing more: what it says of a policy is advice.
final class AnalysisBudget: Sendable {
    private let left: Mutex<Int>

    /// - Parameter steps: expressions that are looked at, from 0 on.
    init(steps: Int) { left = Mutex(steps) }

    var isSpent: Bool { left.withLock { $0 <= 0 } }

    /// Takes steps. False where there were not so many left.
    /// - Parameter steps: from 1 on.
    func take(_ steps: Int = 1) -> Bool {
        left.withLock { left in
            left = max(left - steps, 0)
            return left > 0
        }
    }
}

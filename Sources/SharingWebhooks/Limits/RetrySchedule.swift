/// When an attempt that failed is made again: after twice as long as the time before, up to a limit, a random part of it less,
/// so that what failed together does not come back together; for so long, and once more at its end.
public struct RetrySchedule: Hashable, Sendable {
    /// Before the second attempt.
    public var first: Duration = .seconds(5)
    /// Between two attempts, at most.
    public var longest: Duration = .seconds(6 * 3_600)
    /// From the first attempt to the last.
    public var window: Duration = .seconds(3 * 86_400)
    /// How much of a delay chance takes away, at most: 0 to 1.
    public var jitter = 0.25

    public init() {}

    /// How long to wait after attempt number `attempt` (from 1) has failed; nil to give up.
    ///
    /// - Parameters:
    ///   - elapsed: since the first attempt.
    ///   - floor: the least, as the receiver asked for.
    public func delay(
        afterAttempt attempt: Int, elapsed: Duration, atLeast floor: Duration = .zero,
        using generator: inout some RandomNumberGenerator
    ) -> Duration? {
        let left = window - elapsed
        guard left > .zero else { return nil }
        // 2^30 times the first is beyond any longest; more would overflow.
        let doublings = min(max(attempt - 1, 0), 30)
        let full = min(first * (1 << doublings), longest)
        let jittered = full * (1 - jitter * Double.random(in: 0..<1, using: &generator))
        return min(max(jittered, min(floor, longest)), left)
    }
}

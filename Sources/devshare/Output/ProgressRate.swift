import Synchronization

/// How fast a long work goes, and how long it will take.
final class ProgressRate: Sendable {
    private struct Start {
        let moment: ContinuousClock.Instant
        let done: Int64
    }

    private let starts = Mutex<[String: Start]>([:])

    /// `1200 of 5000, 400 a second, 10 s left`; what is left is counted for each part by itself.
    func text(_ part: String, _ done: Int64, _ total: Int64) -> String {
        let now = ContinuousClock.now
        let begun = starts.withLock { starts in
            let begun = starts[part] ?? Start(moment: now, done: done)
            starts[part] = begun
            return begun
        }
        let seconds = (now - begun.moment).seconds
        guard seconds > 0.5, done > begun.done else { return "\(done) of \(total)" }
        let rate = Double(done - begun.done) / seconds
        return "\(done) of \(total), \(Int(rate)) a second, \(Int(Double(total - done) / rate)) s left"
    }
}

import Synchronization

/// How fast a long work goes, and how long it will take.
final class ProgressRate: Sendable {
    private struct Start {
        let part: String
        let moment: ContinuousClock.Instant
        let done: Int64
    }

    private let start = Mutex<Start?>(nil)

    /// `1200 of 5000, 400 a second, 10 s left`; what is left is counted for each part by itself.
    func text(_ part: String, _ done: Int64, _ total: Int64) -> String {
        let now = ContinuousClock.now
        let begun = start.withLock { start in
            if let start, start.part == part { return start }
            let begun = Start(part: part, moment: now, done: done)
            start = begun
            return begun
        }
        let seconds = (now - begun.moment).seconds
        guard seconds > 0.5, done > begun.done else { return "\(done) of \(total)" }
        let rate = Double(done - begun.done) / seconds
        return "\(done) of \(total), \(Int(rate)) a second, \(Int(Double(total - done) / rate)) s left"
    }
}

import Metrics
import Synchronization

/// One series: a number, or a histogram.
final class Series: Sendable, CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler, TimerHandler {
    struct Value: Sendable {
        /// Of a counter or gauge; the sum of a histogram.
        var number = 0.0
        /// Observations in each bucket, that above all bounds last.
        var buckets: [UInt64] = []
    }

    let kind: MetricFamily.Kind
    let bounds: [Double]
    private let state: Mutex<Value>

    init(_ kind: MetricFamily.Kind, buckets bounds: [Double]) {
        self.kind = kind
        self.bounds = bounds
        state = Mutex(Value(buckets: kind == .histogram ? Array(repeating: 0, count: bounds.count + 1) : []))
    }

    var value: Value { state.withLock { $0 } }

    private func add(_ amount: Double) { state.withLock { $0.number += amount } }

    private func observe(_ value: Double) {
        // NaN is in no bucket, and would make the sum one for ever.
        guard !value.isNaN else { return }
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.number += value
            state.buckets[bucket] += 1
        }
    }

    // Counters only grow; what would make them shrink is no count.
    func increment(by amount: Int64) { increment(by: Double(amount)) }
    func increment(by amount: Double) {
        guard amount.isFinite, kind == .gauge || amount > 0 else { return }
        add(amount)
    }
    func decrement(by amount: Double) { increment(by: -amount) }
    func reset() { state.withLock { $0.number = 0 } }

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { state.withLock { $0.number = value } }

    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) { if kind == .histogram { observe(value) } else { set(value) } }

    func recordNanoseconds(_ duration: Int64) { observe(Double(duration) / 1_000_000_000) }
}

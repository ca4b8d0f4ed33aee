import Metrics
import Synchronization

/// Collects metrics of swift-metrics, to be written out when somebody scrapes.
///
/// Families that were declared have their help, unit and buckets; what other libraries measure is taken too, under names that
/// fit the format. Timers are histograms in seconds, aggregating recorders are histograms, other recorders and meters are
/// gauges. Series are bounded: beyond `maximumSeries` of a family, what is measured is added up in one series with the label
/// `overflow`.
public final class MetricsRegistry: MetricsFactory {
    /// Series of one family, at most.
    public static let maximumSeries = 1_000
    /// Families that were not declared, at most; what is beyond is not kept.
    public static let maximumUndeclaredFamilies = 1_000

    private struct State {
        var families: [String: CollectedFamily] = [:]
        var undeclared = 0
    }

    private let state: Mutex<State>
    /// Labels of every series.
    let constantLabels: [LabelSet.Label]

    /// - Parameter constantLabels: labels that every series bears, such as the ledger that the process serves; a series that has a
    ///   label of the same name keeps its own.
    public init(_ declared: [MetricFamily] = [], constantLabels: [(name: String, value: String)] = []) {
        self.constantLabels = LabelSet(constantLabels.map { ($0.name, $0.value) }).labels
        var state = State()
        for family in declared { state.families[family.name] = CollectedFamily(family) }
        self.state = Mutex(state)
    }

    /// All families that have series, by name, each with its series in the order of their labels.
    func snapshot() -> [CollectedFamily] {
        state.withLock { state in state.families.values.filter { !$0.series.isEmpty } }
            .sorted { $0.family.name < $1.family.name }
    }

    /// The series of these labels, which is made where it is missing; nil where it cannot be kept.
    private func series(_ family: MetricFamily, _ dimensions: [(String, String)]) -> Series? {
        let labels = LabelSet(dimensions)
        return state.withLock { state in
            if state.families[family.name] == nil {
                guard state.undeclared < Self.maximumUndeclaredFamilies else { return nil }
                state.undeclared += 1
                state.families[family.name] = CollectedFamily(family)
            }
            return state.families[family.name]?.takeSeries(labels, kind: family.kind, limit: Self.maximumSeries)
        }
    }

    /// Sets a series to what was counted or measured elsewhere: `values` are those of the family's labels, in their order.
    public func set(_ family: MetricFamily, _ values: [String] = [], to value: Double) {
        series(family, Array(zip(family.labels, values)))?.set(value)
    }

    /// Makes these the only series of a gauge, and lets go of its others.
    public func replace(_ family: MetricFamily, with measured: [(values: [String], value: Double)]) {
        let kept = Set(measured.map { LabelSet(Array(zip(family.labels, $0.values))) })
        state.withLock { $0.families[family.name]?.keep(kept) }
        for (values, value) in measured { set(family, values, to: value) }
    }

    private func family(_ label: String, _ kind: MetricFamily.Kind, unit: String? = nil) -> MetricFamily {
        var name = MetricText.name(label)
        if kind == .counter, name.hasSuffix("_total") { name.removeLast("_total".count) }
        if let unit, !name.hasSuffix("_" + unit), state.withLock({ $0.families[name] == nil }) { name += "_" + unit }
        return switch kind {
        case .counter: .counter(name, help: label)
        case .gauge: .gauge(name, unit: unit, help: label)
        case .histogram: .histogram(name, unit: unit, buckets: MetricFamily.seconds, help: label)
        }
    }
}

// MARK: - MetricsFactory

extension MetricsRegistry {
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(family(label, .counter), dimensions) ?? Series(.counter, buckets: [])
    }

    public func makeFloatingPointCounter(label: String, dimensions: [(String, String)])
        -> any FloatingPointCounterHandler
    {
        series(family(label, .counter), dimensions) ?? Series(.counter, buckets: [])
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(family(label, .gauge), dimensions) ?? Series(.gauge, buckets: [])
    }

    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        let kind: MetricFamily.Kind = aggregate ? .histogram : .gauge
        return series(family(label, kind), dimensions) ?? Series(kind, buckets: [])
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(family(label, .histogram, unit: "seconds"), dimensions) ?? Series(.histogram, buckets: [])
    }

    // What was counted stays: a series that vanished and came back would look like a restart. Gauges are let go of.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    public func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }

    private func remove(_ handler: AnyObject) {
        guard let series = handler as? Series, series.kind == .gauge else { return }
        state.withLock { state in
            for name in state.families.keys { state.families[name]?.remove(series) }
        }
    }
}

/// A family with what was measured.
struct CollectedFamily: Sendable {
    let family: MetricFamily
    private(set) var series: [LabelSet: Series] = [:]

    init(_ family: MetricFamily) { self.family = family }

    /// Nil where the family is of another kind.
    mutating func takeSeries(_ labels: LabelSet, kind: MetricFamily.Kind, limit: Int) -> Series? {
        guard family.kind == kind else { return nil }
        if let known = series[labels] { return known }
        let labels = series.count < limit ? labels : .overflow
        if let known = series[labels] { return known }
        let new = Series(kind, buckets: family.buckets)
        series[labels] = new
        return new
    }

    mutating func keep(_ labels: Set<LabelSet>) {
        series = series.filter { labels.contains($0.key) }
    }

    mutating func remove(_ gone: Series) {
        series = series.filter { $0.value !== gone }
    }
}

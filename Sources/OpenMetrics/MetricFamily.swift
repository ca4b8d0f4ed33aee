import Metrics

/// A metric as it is declared: its name, what it means, and how it is measured. The series of a family differ in their labels.
///
/// OpenMetrics 1.0, "Metric families".
public struct MetricFamily: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        case counter, gauge, histogram
    }

    /// Without the suffixes of samples; ends with the unit where there is one.
    public let name: String
    public let kind: Kind
    /// What is measured in, such as `seconds`.
    public let unit: String?
    /// One sentence.
    public let help: String
    /// Names of the labels.
    public let labels: [String]
    /// Upper bounds of a histogram's buckets, ascending, without infinity.
    public let buckets: [Double]

    private init(_ name: String, _ kind: Kind, unit: String?, help: String, labels: [String], buckets: [Double] = []) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.help = help
        self.labels = labels
        self.buckets = buckets
    }

    /// What only grows.
    public static func counter(_ name: String, labels: [String] = [], help: String) -> MetricFamily {
        MetricFamily(name, .counter, unit: nil, help: help, labels: labels)
    }

    /// What goes up and down.
    public static func gauge(_ name: String, unit: String? = nil, labels: [String] = [], help: String) -> MetricFamily {
        MetricFamily(name, .gauge, unit: unit, help: help, labels: labels)
    }

    /// How values are distributed.
    public static func histogram(
        _ name: String, unit: String? = nil, labels: [String] = [], buckets: [Double], help: String
    ) -> MetricFamily {
        MetricFamily(name, .histogram, unit: unit, help: help, labels: labels, buckets: buckets)
    }

    /// Bounds for durations, from a millisecond to half a minute.
    public static let seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

    /// The names that its samples have in a scrape.
    public var sampleNames: [String] {
        switch kind {
        case .counter: [name + "_total"]
        case .gauge: [name]
        case .histogram: ["_bucket", "_sum", "_count"].map { name + $0 }
        }
    }

    /// The label by which swift-metrics knows it.
    var label: String { kind == .counter ? name + "_total" : name }
}

/// Instruments of swift-metrics for the series of a family: `values` in the order of `labels`.
extension MetricFamily {
    public func counter(_ values: [String] = [], in factory: any MetricsFactory) -> Counter {
        Counter(label: label, dimensions: dimensions(values), factory: factory)
    }

    public func gauge(_ values: [String] = [], in factory: any MetricsFactory) -> Gauge {
        Gauge(label: label, dimensions: dimensions(values), factory: factory)
    }

    public func recorder(_ values: [String] = [], in factory: any MetricsFactory) -> Recorder {
        Recorder(label: label, dimensions: dimensions(values), aggregate: true, factory: factory)
    }

    public func timer(_ values: [String] = [], in factory: any MetricsFactory) -> Timer {
        Timer(label: label, dimensions: dimensions(values), factory: factory)
    }

    private func dimensions(_ values: [String]) -> [(String, String)] {
        assert(values.count == labels.count, "\(name) has the labels \(labels)")
        return zip(labels, values).map { ($0, $1) }
    }
}

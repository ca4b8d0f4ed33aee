/// A text format of metrics, as a scrape asks for it.
public enum Exposition: Hashable, Sendable, CaseIterable {
    /// OpenMetrics 1.0.
    case openMetrics
    /// The Prometheus text format 0.0.4, for whoever does not ask for OpenMetrics.
    case prometheus

    public var contentType: String {
        switch self {
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
        }
    }

    /// The format for a request with this `Accept` field: OpenMetrics where it is named and not refused (RFC 9110,
    /// section 12.5.1).
    public init(accepting field: String?) {
        let ranges = (field ?? "").split(separator: ",").map { range in
            range.split(separator: ";").map { $0.filter { !$0.isWhitespace }.lowercased() }
        }
        let asked = ranges.contains { range in
            range.first == "application/openmetrics-text"
                && !range.contains { $0.hasPrefix("q=") && Double($0.dropFirst(2)) == 0 }
        }
        self = asked ? .openMetrics : .prometheus
    }
}

extension MetricsRegistry {
    /// Everything that was measured, in one text.
    public func text(_ format: Exposition) -> String {
        var text = ""
        for family in snapshot() { text += self.text(family, format) }
        if format == .openMetrics { text += "# EOF\n" }
        return text
    }

    private func text(_ collected: CollectedFamily, _ format: Exposition) -> String {
        let family = collected.family
        // In the older format a counter's family bears the name of its samples.
        let name = format == .prometheus ? family.label : family.name
        var text = "# TYPE \(name) \(family.kind.rawValue)\n"
        if format == .openMetrics, let unit = family.unit { text += "# UNIT \(name) \(unit)\n" }
        text +=
            "# HELP \(name) \(format == .openMetrics ? MetricText.escaped(family.help) : MetricText.escapedHelp(family.help))\n"
        let series = collected.series.sorted { left, right in
            left.key.labels.map(\.value).lexicographicallyPrecedes(right.key.labels.map(\.value))
        }
        for (own, series) in series {
            let labels = constantLabels.filter { label in !own.labels.contains { $0.name == label.name } } + own.labels
            switch family.kind {
            case .counter: text += Self.sample(family.name + "_total", labels, series.value.number)
            case .gauge: text += Self.sample(family.name, labels, series.value.number)
            case .histogram: text += Self.histogram(family.name, labels, series)
            }
        }
        return text
    }

    private static func histogram(_ name: String, _ labels: [LabelSet.Label], _ series: Series) -> String {
        let value = series.value
        var text = ""
        var count: UInt64 = 0
        for (bound, observations) in zip(series.bounds + [.infinity], value.buckets) {
            count += observations
            let le = bound == bound.rounded() && bound.isFinite ? "\(Int64(bound)).0" : MetricText.number(bound)
            text += sample(name + "_bucket", labels + [LabelSet.Label(name: "le", value: le)], Double(count))
        }
        text += sample(name + "_sum", labels, value.number)
        text += sample(name + "_count", labels, Double(count))
        return text
    }

    private static func sample(_ name: String, _ labels: [LabelSet.Label], _ value: Double) -> String {
        let list = labels.map { "\($0.name)=\"\(MetricText.escaped($0.value))\"" }.joined(separator: ",")
        return "\(name)\(list.isEmpty ? "" : "{\(list)}") \(MetricText.number(value))\n"
    }
}

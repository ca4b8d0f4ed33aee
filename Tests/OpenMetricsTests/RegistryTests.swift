import Metrics
import Testing

@testable import OpenMetrics

@Suite struct RegistryTests {
    @Test func labelsOfAnyNumberTakeBoundedRoom() {
        let registry = MetricsRegistry()
        for number in 0..<(MetricsRegistry.maximumSeries + 500) {
            Counter(label: "c", dimensions: [("user", "\(number)")], factory: registry).increment()
        }
        let lines = registry.text(.openMetrics).split(separator: "\n").filter { $0.hasPrefix("c_total") }
        #expect(lines.count == MetricsRegistry.maximumSeries + 1)
        #expect(lines.contains(#"c_total{overflow="true"} 500"#))
    }

    @Test func familiesOfAnyNumberTakeBoundedRoom() {
        let registry = MetricsRegistry([.counter("declared", help: "There from the begin.")])
        for number in 0..<(MetricsRegistry.maximumUndeclaredFamilies + 10) {
            Counter(label: "c\(number)", factory: registry).increment()
        }
        Counter(label: "declared_total", factory: registry).increment()
        let types = registry.text(.openMetrics).split(separator: "\n").filter { $0.hasPrefix("# TYPE") }
        #expect(types.count == MetricsRegistry.maximumUndeclaredFamilies + 1)
        #expect(types.contains("# TYPE declared counter"))
    }

    @Test func oneNameIsOfOneKind() {
        let registry = MetricsRegistry()
        Counter(label: "thing_total", factory: registry).increment()
        Gauge(label: "thing", factory: registry).record(17)
        let text = registry.text(.openMetrics)
        #expect(text.contains("thing_total 1\n"))
        #expect(!text.contains("17"))
    }

    @Test func instrumentsOfOneSeriesAddUpWhoeverMadeThem() async {
        let registry = MetricsRegistry()
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for number in 0..<1_000 {
                        // The order of labels does not matter.
                        let labels = task.isMultiple(of: 2) ? [("a", "1"), ("b", "2")] : [("b", "2"), ("a", "1")]
                        Counter(label: "c", dimensions: labels, factory: registry).increment()
                        Timer(label: "t", factory: registry).recordMilliseconds(number)
                    }
                }
            }
        }
        let text = registry.text(.openMetrics)
        #expect(text.contains(#"c_total{a="1",b="2"} 8000"#))
        #expect(text.contains("t_seconds_count 8000\n"))
        #expect(text.contains("t_seconds_bucket{le=\"+Inf\"} 8000\n"))
    }

    @Test func gaugesThatAreLetGoOfVanishAndCountsStay() {
        let registry = MetricsRegistry()
        let gauge = Gauge(label: "g", factory: registry)
        gauge.record(1)
        let counter = Counter(label: "c", factory: registry)
        counter.increment()
        gauge.destroy()
        counter.destroy()
        #expect(registry.text(.openMetrics) == "# TYPE c counter\n# HELP c c\nc_total 1\n# EOF\n")
    }
}

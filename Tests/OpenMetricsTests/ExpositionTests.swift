import Metrics
import Testing

@testable import OpenMetrics

@Suite struct ExpositionTests {
    private static let requests = MetricFamily.counter(
        "shop_requests", labels: ["route", "status"], help: "Requests, by \"route\".")
    private static let duration = MetricFamily.histogram(
        "shop_duration_seconds", unit: "seconds", labels: ["route"], buckets: [0.1, 1], help: "From begin to end.")
    private static let depth = MetricFamily.gauge("shop_depth", help: "A path: C:\\queue\nand more.")

    private static func measured() -> MetricsRegistry {
        let registry = MetricsRegistry([requests, duration, depth, .counter("shop_unused", help: "Never seen.")])
        requests.counter(["/a", "200"], in: registry).increment(by: 3)
        requests.counter(["/a", "500"], in: registry).increment()
        requests.counter(["/\"b\"\n\\", "200"], in: registry).increment()
        for milliseconds in [50, 100, 101, 5_000] {
            duration.timer(["/a"], in: registry).recordMilliseconds(milliseconds)
        }
        depth.gauge(in: registry).record(2.5)
        return registry
    }

    @Test func openMetricsTextIsThis() {
        #expect(
            Self.measured().text(.openMetrics) == #"""
                # TYPE shop_depth gauge
                # HELP shop_depth A path: C:\\queue\nand more.
                shop_depth 2.5
                # TYPE shop_duration_seconds histogram
                # UNIT shop_duration_seconds seconds
                # HELP shop_duration_seconds From begin to end.
                shop_duration_seconds_bucket{route="/a",le="0.1"} 2
                shop_duration_seconds_bucket{route="/a",le="1.0"} 3
                shop_duration_seconds_bucket{route="/a",le="+Inf"} 4
                shop_duration_seconds_sum{route="/a"} 5.251
                shop_duration_seconds_count{route="/a"} 4
                # TYPE shop_requests counter
                # HELP shop_requests Requests, by \"route\".
                shop_requests_total{route="/\"b\"\n\\",status="200"} 1
                shop_requests_total{route="/a",status="200"} 3
                shop_requests_total{route="/a",status="500"} 1
                # EOF

                """#)
    }

    @Test func theOlderFormatNamesCountersByTheirSamples() {
        let text = Self.measured().text(.prometheus)
        #expect(
            text.contains("# TYPE shop_requests_total counter\n# HELP shop_requests_total Requests, by \"route\".\n"))
        #expect(!text.contains("# EOF"))
        #expect(!text.contains("# UNIT"))
    }

    @Test func eachSeriesBearsTheConstantLabelsUnlessItHasOneOfThatName() {
        let registry = MetricsRegistry([Self.depth], constantLabels: [(name: "ledger", value: "a \"b\"")])
        Self.depth.gauge(in: registry).record(1)
        Counter(label: "asked", dimensions: [("ledger", "own")], factory: registry).increment()
        let text = registry.text(.openMetrics)
        #expect(text.contains(#"shop_depth{ledger="a \"b\""} 1"#))
        #expect(text.contains(#"asked_total{ledger="own"} 1"#))
    }

    @Test func aSeriesCanBeSetToWhatWasCountedElsewhere() {
        let registry = MetricsRegistry([Self.requests])
        registry.set(Self.requests, ["/a", "200"], to: 7)
        registry.set(Self.requests, ["/a", "200"], to: 8)
        #expect(registry.text(.openMetrics).contains(#"shop_requests_total{route="/a",status="200"} 8"#))
    }

    @Test("Given the series of a gauge replaced again and again, those that are gone are told no more")
    func replacedSeriesVanish() {
        let problem = MetricFamily.gauge("shop_problem", labels: ["code"], help: "What is wrong.")
        let registry = MetricsRegistry([problem])
        func told() -> [String] {
            registry.text(.openMetrics).split(separator: "\n").filter { $0.hasPrefix("shop_problem{") }.map(String.init)
        }
        for _ in 0..<3 {
            registry.replace(problem, with: [(values: ["a"], value: 1), (values: ["b"], value: 1)])
            #expect(told() == [#"shop_problem{code="a"} 1"#, #"shop_problem{code="b"} 1"#])
        }
        registry.replace(problem, with: [(values: ["b"], value: 1)])
        #expect(told() == [#"shop_problem{code="b"} 1"#])
        registry.replace(problem, with: [])
        #expect(told() == [])
    }

    @Test func theFormatIsTheOneThatIsAskedFor() {
        #expect(Exposition(accepting: nil) == .prometheus)
        #expect(Exposition(accepting: "*/*") == .prometheus)
        let prometheus =
            "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;q=0.2"
        #expect(Exposition(accepting: prometheus) == .openMetrics)
        #expect(Exposition(accepting: "application/openmetrics-text; q=0") == .prometheus)
        #expect(Exposition.openMetrics.contentType.hasPrefix("application/openmetrics-text; version=1.0.0"))
    }

    @Test func whatOtherLibrariesMeasureGetsNamesThatFit() {
        let registry = MetricsRegistry()
        Counter(
            label: "http.server.requests", dimensions: [("http.route", "/x"), ("le", "1"), ("9", "n")],
            factory: registry
        )
        .increment()
        Timer(label: "http.server.duration", factory: registry).recordNanoseconds(2_000_000_000)
        Recorder(label: "body size", factory: registry).record(7)
        Meter(label: "open", factory: registry).increment(by: 2)
        Meter(label: "open", factory: registry).decrement(by: 3)
        FloatingPointCounter(label: "joules_total", factory: registry).increment(by: 1.5)
        let text = registry.text(.openMetrics)
        #expect(text.contains(#"http_server_requests_total{_9="n",exported_le="1",http_route="/x"} 1"#))
        #expect(text.contains("http_server_duration_seconds_sum 2\n"))
        #expect(text.contains("body_size_count 1\n"))
        #expect(text.contains("\nopen -1\n"))
        #expect(text.contains("joules_total 1.5\n"))
    }

    @Test func countersNeverShrink() {
        let registry = MetricsRegistry()
        let counter = FloatingPointCounter(label: "c", factory: registry)
        for amount in [1, -5, .nan, .infinity, 2] { counter.increment(by: amount) }
        #expect(registry.text(.openMetrics).contains("c_total 3\n"))
        Counter(label: "d", factory: registry).increment(by: -3)
        #expect(registry.text(.openMetrics).contains("d_total 0\n"))
    }

    @Test func whatIsNoNumberIsNotObserved() {
        let registry = MetricsRegistry([Self.duration])
        let recorder = Self.duration.recorder(["/"], in: registry)
        recorder.record(Double.nan)
        recorder.record(Double.infinity)
        let text = registry.text(.openMetrics)
        #expect(text.contains("shop_duration_seconds_count{route=\"/\"} 1\n"))
        #expect(text.contains("shop_duration_seconds_sum{route=\"/\"} +Inf\n"))
    }
}

import HTTPTypes
import Metrics
import OpenMetrics

/// What the server measures of requests. A new metric is declared here, and shown in `docs/grafana-dashboard.json`.
public struct HTTPMetrics: Sendable {
    public static let families: [MetricFamily] = [requestDuration, inFlight]

    static let requestDuration = MetricFamily.histogram(
        "devshare_http_request_duration_seconds", unit: "seconds", labels: ["method", "route", "status"],
        buckets: MetricFamily.seconds,
        help: "From a request's head to the head of its answer, by route as the API document has it.")
    static let inFlight = MetricFamily.gauge(
        "devshare_http_requests_in_flight", help: "Requests that are being answered.")

    private let factory: any MetricsFactory
    private let open: Meter

    init(_ factory: any MetricsFactory) {
        self.factory = factory
        open = Meter(label: Self.inFlight.name, factory: factory)
    }

    func began() { open.increment() }

    /// - Parameter endpoint: nil where nothing is at the address.
    func answered(_ endpoint: (any Endpoint)?, status: HTTPResponse.Status, after duration: Duration) {
        open.decrement()
        // What a client makes up is no label: there would be no end of them.
        Self.requestDuration.timer(
            [endpoint?.method.rawValue ?? "other", endpoint?.path ?? "unknown", String(status.code)], in: factory
        )
        .record(duration: duration)
    }
}

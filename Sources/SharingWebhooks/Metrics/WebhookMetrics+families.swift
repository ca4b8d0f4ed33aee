import OpenMetrics

/// Every metric of webhooks, by name. A new one is declared here, recorded in `WebhookMetrics`, and shown in
/// `docs/grafana-dashboard.json`.
extension WebhookMetrics {
    public static let families: [MetricFamily] = [attempts, attemptDuration, lag, deliveries]

    static let attempts = MetricFamily.counter(
        "devshare_webhook_attempts", labels: ["outcome"],
        help: "Attempts to send a message; outcome is delivered or an error code.")
    static let attemptDuration = MetricFamily.histogram(
        "devshare_webhook_attempt_duration_seconds", unit: "seconds", buckets: MetricFamily.seconds,
        help: "From the begin of an attempt to the receiver's answer.")
    static let lag = MetricFamily.gauge(
        "devshare_webhook_lag_events", unit: "events", labels: ["webhook"],
        help: "Events that a webhook's cursor has not yet passed.")
    static let deliveries = MetricFamily.gauge(
        "devshare_webhook_deliveries", labels: ["state"],
        help: "Streams of which something is still to be sent, at most 10,000 of each webhook; state is waiting or parked.")
}

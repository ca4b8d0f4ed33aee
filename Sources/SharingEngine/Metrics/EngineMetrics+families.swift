import OpenMetrics

/// Every metric of the engine, by name. A new one is declared here, recorded in `EngineMetrics`, and shown in
/// `docs/grafana-dashboard.json`.
extension EngineMetrics {
    public static let families: [MetricFamily] = [
        commandDuration, commandErrors, batchCommands, conflicts, logRewinds, decisions, rulings, queueLength, queueAge,
        pendingRequests,
        pendingAge, followerLag, unsealedEvents, poolConnections, poolWaiting, clockSkew, oldestSnapshotAge,
    ]

    // MARK: Commands

    static let commandDuration = MetricFamily.histogram(
        "devshare_command_duration_seconds", unit: "seconds", labels: ["command", "outcome"],
        buckets: MetricFamily.seconds,
        help:
            "From a command's arrival to its answer; outcome is done, refused (by a rule) or failed (could not be carried out)."
    )
    static let commandErrors = MetricFamily.counter(
        "devshare_command_errors", labels: ["command", "code"],
        help: "Commands that were refused or failed, by error code.")
    static let batchCommands = MetricFamily.histogram(
        "devshare_batch_commands", buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256], help: "Commands that shared a commit.")
    static let conflicts = MetricFamily.counter(
        "devshare_conflicts", help: "Decisions made again because what they had read had changed.")
    static let logRewinds = MetricFamily.counter(
        "devshare_log_rewinds", help: "How often the log no longer held an event that this engine had seen.")
    static let queueLength = MetricFamily.gauge(
        "devshare_command_queue_length", help: "Commands that wait for a batch.")
    static let queueAge = MetricFamily.gauge(
        "devshare_command_queue_age_seconds", unit: "seconds", help: "How long the oldest of them has waited.")

    // MARK: Decisions

    static let decisions = MetricFamily.counter(
        "devshare_decisions", labels: ["outcome"], help: "Decisions by policy; outcome is approve, review or reject.")
    static let rulings = MetricFamily.counter(
        "devshare_rulings", labels: ["rule", "consequence", "finding"],
        help: "Rules that did not pass, and what followed; finding is not-met, or failed-to-evaluate, a fault of the policy.")
    static let pendingRequests = MetricFamily.gauge(
        "devshare_pending_requests", help: "Share requests that wait for a compliance officer.")
    static let pendingAge = MetricFamily.gauge(
        "devshare_pending_request_age_seconds", unit: "seconds", help: "How long the oldest of them has waited.")

    // MARK: Readers of the log

    static let followerLag = MetricFamily.gauge(
        "devshare_follower_lag_events", unit: "events", labels: ["follower"],
        help: "Events that a reader of the log has not yet seen.")

    // MARK: Sealing

    static let unsealedEvents = MetricFamily.gauge(
        "devshare_unsealed_events", unit: "events", help: "Events that no checkpoint covers yet.")

    // MARK: The database

    static let poolConnections = MetricFamily.gauge(
        "devshare_pool_connections", labels: ["state"], help: "Connections to the database; state is lent or idle.")
    static let clockSkew = MetricFamily.gauge(
        "devshare_clock_skew_seconds", unit: "seconds",
        help: "By how much this machine's clock is ahead of the database's; below 0 where it is behind.")
    static let oldestSnapshotAge = MetricFamily.gauge(
        "devshare_oldest_snapshot_age_seconds", unit: "seconds",
        help:
            "How long the oldest transaction has been open that the database keeps old rows for; others' need pg_read_all_stats.")
    static let poolWaiting = MetricFamily.gauge("devshare_pool_waiting", help: "Callers that wait for a connection.")
}

import Canonical

/// Lengths, ages and lags at one moment.
struct MetricsSample: Sendable {
    /// What the database says; nil where it did not answer.
    struct Database: Sendable {
        let head: Position
        let pendingRequests: Int64
        let pendingAge: Duration
        let unsealedEvents: Int64
    }

    let queueLength: Int
    let queueAge: Duration
    let lentConnections: Int
    let idleConnections: Int
    let waitingForConnection: Int
    let followerLags: [(follower: String, lag: Int64)]
    let database: Database?
}

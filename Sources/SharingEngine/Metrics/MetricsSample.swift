import Canonical

/// Lengths, ages and lags at one moment.
struct MetricsSample: Sendable {
    /// What the database says; nil where it did not answer.
    struct Database: Sendable {
        let head: Position
        let pendingRequests: Int64
        let pendingAge: Duration
        let unsealedEvents: Int64
        /// By how much this machine's clock is ahead of the database's; less than nothing where it is behind.
        let clockSkew: Duration
        /// How long the oldest transaction that the database keeps old rows for has been open, as far as the role may see; nil for none.
        let oldestSnapshotAge: Duration?
    }

    let queueLength: Int
    let queueAge: Duration
    let lentConnections: Int
    let idleConnections: Int
    let waitingForConnection: Int
    let followerLags: [(follower: String, lag: Int64)]
    let database: Database?
}

/// Every limit of webhooks in one place.
public struct WebhookLimits: Sendable {
    /// Subscriptions of a ledger.
    public var subscriptions = 100
    /// Messages on their way to one receiver at the same time, from one process. Each receiver has its own: one that does
    /// not answer uses up nobody else's.
    public var concurrentMessages = 8
    /// For an attempt as a whole: name, connection, TLS, answer.
    public var attemptTimeout: Duration = .seconds(15)
    /// How much longer than an attempt may take nobody else makes one: so long a process may stand still before a message can be
    /// sent twice, and so much later are those sent that a process had under way when it was killed.
    public var leaseMargin: Duration = .seconds(10)
    /// Bytes of an answer that are read, and thrown away, before the connection is closed instead.
    public var answerBytes = 65_536
    /// Events that the cursor is moved on over at once.
    public var fanOut = 1_000
    /// How often it is looked whether something is due, beside being told of new events.
    public var checkInterval: Duration = .seconds(1)
    /// Connections to the database, apart from those that commands use: one listens.
    public var connections = 4
    /// How often lags and the number of deliveries are measured.
    public var metricsInterval: Duration = .seconds(10)
    /// When what failed is tried again.
    public var retries = RetrySchedule()
    /// How long the old secret goes on signing beside the new one, unless somebody says otherwise.
    public static let rotation: Duration = .seconds(86_400)

    public init() {}

    var lease: Duration { attemptTimeout + leaseMargin }
}

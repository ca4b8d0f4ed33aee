/// How many connections a pool keeps, and for how long anybody waits for one.
package struct PoolConfiguration: Sendable {
    package var connection: ConnectionConfiguration
    package var maximumConnections: Int
    /// How long a caller waits for a connection before `pool-exhausted`.
    package var waitDeadline: Duration
    /// A connection that lay idle longer is asked whether it lives before it is lent.
    package var idleCheck: Duration

    package init(
        connection: ConnectionConfiguration, maximumConnections: Int = 10, waitDeadline: Duration = .seconds(10),
        idleCheck: Duration = .seconds(30)
    ) {
        self.connection = connection
        self.maximumConnections = maximumConnections
        self.waitDeadline = waitDeadline
        self.idleCheck = idleCheck
    }
}

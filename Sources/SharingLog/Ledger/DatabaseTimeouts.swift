/// How long the database is waited for.
///
/// Where a server is frozen, a statement under way is given up after the statement's time for each statement that was sent with it
/// (two for an append, three where states are loaded for it), and the time to cancel it; the next connection is made within the
/// connect time, of which each host has its share. So a command goes on, on the other of two hosts, after
/// `3 × statement + cancel + connect / 2` at the latest.
public struct DatabaseTimeouts: Hashable, Sendable {
    /// For each statement, enforced by the database, and by this side where the database is silent.
    public var statement: Duration
    /// To make a connection, shared by the hosts of the connection string.
    public var connect: Duration
    /// For a statement to end that was cancelled, or whose time is over.
    public var cancel: Duration
    /// For which a host may acknowledge nothing: TCP's keepalives and user timeout.
    public var silence: Duration

    public init(
        statement: Duration = .seconds(60), connect: Duration = .seconds(10), cancel: Duration = .seconds(10),
        silence: Duration = .seconds(30)
    ) {
        self.statement = statement
        self.connect = connect
        self.cancel = cancel
        self.silence = silence
    }

    /// Those of a server whose clients wait: a frozen primary is left within 15 seconds.
    public static let serving = DatabaseTimeouts(
        statement: .seconds(4), connect: .seconds(3), cancel: .seconds(1), silence: .seconds(10))
}

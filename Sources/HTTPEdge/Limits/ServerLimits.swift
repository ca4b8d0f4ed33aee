/// Every limit of the HTTP server in one place.
public struct ServerLimits: Sendable {
    /// Bytes of a JSON body.
    public var body = 65_536
    /// Bytes of an import.
    public var importBody = 16 << 20
    /// Lines of an import that are not empty.
    public var importLines = 100_000
    /// Lines of an import that are refused with all that there is to say; the others are refused with their codes.
    public var importProblems = 1_000
    /// Bytes of all that is said of refused lines of an import beyond their codes.
    public var importProblemBytes = 1 << 20
    /// Bytes of one line of an import.
    public var importLine = 65_536
    /// Rows of an import in the engine's hands at the same time.
    public var importRowsInFlight = 256
    /// Arrays and objects within each other.
    public var nesting = 16
    /// Bytes of one header, and of all of a request's headers: room for a token of `token` bytes, and 16 KiB for the others.
    public var headerBytes = 49_152
    /// Headers of a request.
    public var headerCount = 100
    /// From a request's head to its answer.
    public var requestTime: Duration = .seconds(30)
    /// As `requestTime`, for imports.
    public var importTime: Duration = .seconds(300)
    /// From an import's head to the end of its body.
    public var importReceptionTime: Duration = .seconds(120)
    /// How long a connection may be silent between requests, or in the middle of one.
    public var idleTime: Duration = .seconds(60)
    /// Requests at work, whose bodies have arrived. They are shared fairly among callers, as the four limits below are: a caller
    /// is given one while it holds fewer than are free, and so at most half (`ConcurrencyLimiter`).
    public var requestsInFlight = 1_024
    /// Bodies that are received at the same time.
    public var bodiesInReception = 2_048
    /// Bytes of bodies that are in memory at the same time.
    public var bodyBytes = 256 << 20
    /// Event streams that are listened to at the same time.
    public var streams = 256
    /// Exports of the directory under way at the same time, also those that nobody reads: each asks the database for page after
    /// page, so that a few of them are all that others should have to wait for.
    public var exports = 16
    /// Connections; more wait until one is closed.
    public var connections = 16_384
    /// Connections of one address; more are closed at once (`ConnectionShares`). Nil for 4,096, and no more than half of all.
    public var connectionsPerAddress: Int?
    /// The same, as it is in force.
    package var shareOfAddress: Int { connectionsPerAddress ?? max(1, min(4_096, connections / 2)) }
    /// Connections that wait to be accepted, as far as the system allows: the next one is tried again by its client after a
    /// second.
    public var pendingConnections = 4_096
    /// Requests of one client in a second, in the long run; 0 for no limit.
    public var requestsPerSecond = 1_000
    /// Requests that a client may send at once after a rest.
    public var burst = 2_000
    /// Clients whose rates are remembered.
    public var rememberedClients = 10_000
    /// For how long identity data count as new since they were put on file: dry runs of portals on users with such data are
    /// limited, since by them data could be guessed.
    public var identityProbeWindow: Duration = .seconds(86_400)
    /// Dry runs of portals on one user in an `identityProbeInterval`, candidates included, while the identity data of that user
    /// or of the other one are new.
    public var identityProbes = 30
    /// See `identityProbes`.
    public var identityProbeInterval: Duration = .seconds(3_600)
    /// Users whose dry runs are counted in one interval; more are refused as if they had had theirs.
    public var rememberedIdentityProbes = 100_000
    /// How often a stream that has nothing to tell says that it is there.
    public var heartbeat: Duration = .seconds(15)
    /// After how long an event stream ends, if its token's time is not up before: the listener comes back, and is asked again
    /// who it is.
    public var maximumStreamLength: Duration = .seconds(300)
    /// How long a client may leave an answer's bytes unread before its connection is closed.
    public var writeTime: Duration = .seconds(30)
    /// How old the authorisation server's keys may become before they are looked for again. A token is believed for as long
    /// without another look at its signature.
    public var keySetAge: Duration = .seconds(300)
    /// How soon keys are looked for again, however many tokens name one that is not known.
    public var keySetInterval: Duration = .seconds(10)
    /// How old keys may become that cannot be had anew, before no token is believed any more.
    public var keySetStaleness: Duration = .seconds(86_400)
    /// Keys of a set that are looked at; more are passed over, and that is logged.
    public var keySetKeys = 100
    /// Keys that a token's signature is tried with, where its header does not name one.
    public var keysTried = 16
    /// Callers with keys that are not known who wait for new ones at the same time; another one is told to come again.
    public var keySetWaiters = 64
    /// Tokens whose signatures are remembered as good.
    public var rememberedTokens = 10_000
    /// Bytes of a token, and of the JSON in it.
    public var token = 32_768
    /// Back-tests of the console that run at the same time, at most one for each person.
    public var backtests = 2
    /// Requests that a back-test of the console decides again.
    public var backtestRequests = 500_000
    /// Requests that come out otherwise and are shown.
    public var backtestChanges = 100
    /// For how long a back-test of the console may run.
    public var backtestTime: Duration = .seconds(300)
    /// For how long its result is kept.
    public var backtestResultTime: Duration = .seconds(900)
    /// Back-tests of the console that are kept, running or ended.
    public var rememberedBacktests = 200
    /// For how long a server that was asked to stop takes requests still, and is not ready: longer than a balancer needs to notice.
    public var drainTime: Duration = .zero
    /// How long requests under way may take to finish when the server stops.
    public var shutdownTime: Duration = .seconds(30)

    public init() {}
}

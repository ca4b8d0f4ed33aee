/// For how long a witness is waited for. A transaction is open meanwhile, and nothing is sealed; commands go on.
public struct WitnessTimes: Sendable {
    /// For one attempt.
    public var attempt: Duration = .seconds(5)
    /// Attempts, the first counted; the sealing as a whole is tried again later.
    public var attempts = 3
    /// Before the second attempt; twice as long before each further one.
    public var pause: Duration = .milliseconds(200)

    public init() {}
}

/// How often a request is tried again that may succeed later, and after how long.
public struct RetryPolicy: Sendable {
    /// Tries in all.
    public var attempts: Int
    /// Before the second try; doubled before each one after it, and then anything from nothing to that, so that many clients do
    /// not come back at once.
    public var firstDelay: Duration
    public var maximumDelay: Duration

    public init(attempts: Int = 5, firstDelay: Duration = .milliseconds(100), maximumDelay: Duration = .seconds(10)) {
        self.attempts = max(attempts, 1)
        self.firstDelay = firstDelay
        self.maximumDelay = maximumDelay
    }

    /// - Parameters:
    ///   - attempt: the one that failed, from 1.
    ///   - wanted: what the server asks for; it is never tried sooner.
    func delay(after attempt: Int, wanted: Duration?) -> Duration {
        let bound = min(firstDelay * Double(1 << min(attempt - 1, 20)), maximumDelay)
        let chosen = bound * Double.random(in: 0...1)
        guard let wanted else { return chosen }
        return min(wanted, maximumDelay) + chosen
    }
}

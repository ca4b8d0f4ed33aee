/// How long officers have for a request.
public struct PendingTimes: Hashable, Sendable {
    /// How long a request stays pending before it expires.
    public let expiry: Duration
    /// How long it stays pending before it is escalated; nil where it is not.
    public let escalation: Duration?

    public init(expiry: Duration, escalation: Duration?) {
        self.expiry = expiry
        self.escalation = escalation
    }
}

extension PendingTimes {
    /// The shortest of several; nil of none. What would be escalated only when it has expired is not escalated.
    init?(shortestOf times: [PendingTimes]) {
        guard let expiry = times.map(\.expiry).min() else { return nil }
        let escalation = times.compactMap(\.escalation).min()
        self.init(expiry: expiry, escalation: escalation.flatMap { $0 < expiry ? $0 : nil })
    }
}

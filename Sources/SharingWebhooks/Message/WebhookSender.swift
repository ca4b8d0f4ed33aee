import Canonical

/// Brings a message to a receiver. The engine knows no HTTP: module `WebhookDelivery` does.
///
/// An implementation resolves the host, asks the destination whether the addresses are permitted, connects to one of these
/// and to no other, follows no redirects, and ends by the deadline.
public protocol WebhookSender: Sendable {
    /// Sends by POST and returns what was answered. Never throws: whatever goes wrong is the outcome.
    func send(_ message: WebhookMessage, to destination: WebhookDestination, timeout: Duration, answerBytes: Int) async
        -> SendingOutcome
}

/// What became of an attempt.
public enum SendingOutcome: Hashable, Sendable {
    /// An answer's HTTP status, and how long the receiver asks to be left alone.
    case answered(status: Int, retryAfter: Duration?)
    case failed(SendingProblem)
}

extension SendingOutcome {
    /// Nil where the message was taken.
    public var problem: SendingProblem? {
        switch self {
        case .answered(200..<300, _): nil
        case .answered(let status, _): SendingProblem(.refused, "the receiver answered \(status)")
        case .failed(let problem): problem
        }
    }

    public var status: Int? {
        if case .answered(let status, _) = self { status } else { nil }
    }

    var retryAfter: Duration? {
        if case .answered(_, let duration) = self { duration } else { nil }
    }

    /// The receiver says that it will never take anything again (Standard Webhooks 1.0: 410 Gone).
    var isGone: Bool { status == 410 }
}

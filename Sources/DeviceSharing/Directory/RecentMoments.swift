import Canonical
import EligibilityPolicy

/// When something happened with requests: the latest of each request, and no more than ``maximumCount``.
///
/// Nothing is forgotten for its age: the time of an event may have been wrong, and set right later.
public struct RecentMoments: Hashable, Sendable {
    private struct Entry: Hashable, Sendable {
        let request: ShareRequestID
        let moment: Timestamp
    }

    /// In the order of the log.
    private var entries: [Entry] = []

    /// Of one user, or one device. Where more happened, the latest count.
    public static let maximumCount = 100

    mutating func add(_ request: ShareRequestID, at moment: Timestamp) {
        entries.removeAll { $0.request == request }
        entries.append(Entry(request: request, moment: moment))
        if entries.count > Self.maximumCount { entries.removeFirst() }
    }

    /// How many happened after a moment, those of one request left out.
    public func count(after moment: Timestamp, excluding request: ShareRequestID?) -> Int {
        entries.count { $0.moment > moment && $0.request != request }
    }
}

/// What came of a user's requests lately.
public struct RecentAttempts: Hashable, Sendable {
    public private(set) var submissions = RecentMoments()
    public private(set) var rejections = RecentMoments()
    /// Sharings by which the user came to log in with another's device.
    public private(set) var sharings = RecentMoments()
    /// The request that was submitted last.
    private var latest: ShareRequestID?

    mutating func submitted(_ request: ShareRequestID, at moment: Timestamp) {
        // What became pending is decided later, and was submitted then.
        guard request != latest else { return }
        latest = request
        submissions.add(request, at: moment)
    }

    mutating func rejected(_ request: ShareRequestID, at moment: Timestamp) {
        submitted(request, at: moment)
        rejections.add(request, at: moment)
    }

    mutating func began(_ request: ShareRequestID, at moment: Timestamp) {
        submitted(request, at: moment)
        sharings.add(request, at: moment)
    }
}

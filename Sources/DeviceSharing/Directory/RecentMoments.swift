import Canonical

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

    /// The request of the last one.
    var latest: ShareRequestID? { entries.last?.request }

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

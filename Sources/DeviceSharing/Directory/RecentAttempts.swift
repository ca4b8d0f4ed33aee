import Canonical

/// What a user's requests led to lately.
public struct RecentAttempts: Hashable, Sendable {
    public private(set) var submissions = RecentMoments()
    public private(set) var rejections = RecentMoments()
    /// Sharings by which the user logs in, or did, with another's device.
    public private(set) var sharings = RecentMoments()

    mutating func submitted(_ request: ShareRequestID, at moment: Timestamp) {
        // What became pending is decided later, and was submitted then. A user has one such request at most.
        guard request != submissions.latest else { return }
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

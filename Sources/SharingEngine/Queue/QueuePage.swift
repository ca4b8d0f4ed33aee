import DeviceSharing
import SharingLog

/// A page of the officers' queue.
public struct QueuePage: Sendable {
    public let requests: [ShareRequestRow]
    /// How many requests the filter lets through, on all pages.
    public let matching: CappedCount
    /// Where the next page begins; nil where this is the last.
    public let next: QueueCursor?
}

/// How much there is to do.
public struct QueueCounts: Hashable, Sendable {
    public let pending: CappedCount
    /// On which nobody works.
    public let unclaimed: CappedCount
    /// On which the officer who asks works.
    public let mine: CappedCount
    public let escalated: CappedCount
}

/// A count that goes no further than people read it.
public struct CappedCount: Hashable, Sendable {
    public static let limit = 1_000

    /// At most the limit.
    public let value: Int
    /// Whether there are more: "1,000+".
    public let isCapped: Bool

    init(upToLimitAndOne count: Int) {
        value = min(count, Self.limit)
        isCapped = count > Self.limit
    }
}

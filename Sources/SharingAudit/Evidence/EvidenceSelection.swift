import DeviceSharing

/// Which events an evidence file discloses. Policies that were activated up to the last of them are always among them, since a
/// decision means nothing without its policy.
public struct EvidenceSelection: Hashable, Sendable {
    /// A run of positions; nil for none.
    public var positions: ClosedRange<Int64>?
    /// Streams of which every event is disclosed: a request, a user, a device.
    public var streams: [StreamID]

    /// Events that `streams` may have together; a run of positions may have any number.
    public static let maximumStreamEvents = 100_000

    public init(positions: ClosedRange<Int64>? = nil, streams: [StreamID] = []) {
        self.positions = positions
        self.streams = streams
    }
}

import DeviceSharing

/// Which sharings to list.
public struct SharingFilter: Sendable {
    public enum State: String, Sendable, CaseIterable {
        /// Those that stand.
        case active
        /// Those that have ended.
        case ended
    }

    public var state: State
    public var participant: UserID?
    public var device: DeviceID?
    /// Behind this one: the last of a page is where the next begins.
    public var after: ShareRequestID?
    /// Elements of a page, 1 to 1,000.
    public var limit: Int

    public init(
        state: State = .active, participant: UserID? = nil, device: DeviceID? = nil, after: ShareRequestID? = nil,
        limit: Int = 100
    ) {
        self.state = state
        self.participant = participant
        self.device = device
        self.after = after
        self.limit = limit
    }

    var query: String {
        var pairs = [("state", state.rawValue)]
        if let participant { pairs.append(("participant", participant.rawValue)) }
        if let device { pairs.append(("device", device.rawValue)) }
        if let after { pairs.append(("after", after.description)) }
        pairs.append(("limit", String(limit)))
        return String(query: pairs)
    }
}

import DeviceSharing

extension ShareRequestEvent {
    /// The state in which a request must be for this to happen to it; nil where that depends on more than the event, and is
    /// compared with what the event claims, or where any will do.
    var dueState: ShareRequest.State? {
        switch self {
        case .activated: .approved
        case .ended: .active
        case .withdrawn, .expired, .escalated, .released: .compliancePending
        case .submitted, .held, .approved, .rejected, .claimed, .noted, .endorsed: nil
        }
    }
}

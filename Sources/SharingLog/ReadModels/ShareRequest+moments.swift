import Canonical
import DeviceSharing

extension ShareRequest {
    /// When it was approved or rejected.
    public var decidedAt: Timestamp? {
        switch status {
        case .submitted, .compliancePending, .withdrawn, .expired: nil
        case .approved(_, let at), .rejected(_, let at): at
        case .active(let since), .ended(_, let since, _): since
        }
    }

    /// When it was withdrawn, or lapsed because nobody decided.
    public var closedAt: Timestamp? {
        switch status {
        case .withdrawn(let at), .expired(let at): at
        case .submitted, .compliancePending, .approved, .active, .rejected, .ended: nil
        }
    }

    /// When its sharing ended.
    public var endedAt: Timestamp? {
        if case .ended(_, _, let at) = status { at } else { nil }
    }
}

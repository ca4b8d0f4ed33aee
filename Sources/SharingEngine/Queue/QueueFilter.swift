import DeviceSharing
import EligibilityPolicy

/// Which pending requests an officer wants to see, and in which order.
public struct QueueFilter: Hashable, Sendable {
    /// Who works on a request.
    public enum Claim: Hashable, Sendable {
        case nobody
        case anybody
        case officer(String)
        /// Anybody but this one.
        case otherThan(String)
    }

    public enum Order: String, Hashable, Sendable, CaseIterable {
        /// What lapses first comes first.
        case deadline
        /// What has waited longest comes first.
        case age
        case requester
    }

    /// A reason among those for which it was held.
    public var reason: ReasonCode?
    /// How the requester, the owner or the device begins, or a request identifier, or how that ends: of at least eight digits, as
    /// pages show it.
    public var search: String?
    /// Nil: whoever works on it, or nobody. A claim that has lapsed is nobody's.
    public var claim: Claim?
    /// Nil: whether it was escalated or not.
    public var isEscalated: Bool?
    public var order: Order
    /// Behind this place: the `next` of the page before, in the same order.
    public var after: QueueCursor?
    /// 1 to 200.
    public var limit: Int

    public static let maximumLimit = 200
    /// Bytes of `search`, at most.
    public static let maximumSearchLength = 200

    public init(
        reason: ReasonCode? = nil, search: String? = nil, claim: Claim? = nil, isEscalated: Bool? = nil,
        order: Order = .deadline, after: QueueCursor? = nil, limit: Int = 50
    ) {
        self.reason = reason
        self.search = search
        self.claim = claim
        self.isEscalated = isEscalated
        self.order = order
        self.after = after
        self.limit = limit
    }

    /// How the identifier of a request may end; nil where the search is no such text.
    var searchedEnd: String? {
        guard let search, search.wholeMatch(of: /[0-9A-Fa-f\-]{8,}/) != nil else { return nil }
        return search.lowercased()
    }

    /// Throws `invalid-input`.
    func validate() throws(SharingError) {
        guard (1...Self.maximumLimit).contains(limit) else {
            throw .invalidInput(field: "limit", problem: "must be 1 to \(Self.maximumLimit)")
        }
        if let search {
            guard (1...Self.maximumSearchLength).contains(search.utf8.count), !search.utf8.contains(0) else {
                throw .invalidInput(
                    field: "search", problem: "must have 1 to \(Self.maximumSearchLength) bytes, none of them zero")
            }
        }
        if let after {
            guard after.order == order else {
                throw .invalidInput(field: "after", problem: "must be of a page in the same order")
            }
        }
    }
}

import DeviceSharing
import EligibilityPolicy
import HTTPEdge
import SharingEngine

/// What of the queue somebody wants to see, as an address says it: who is sent the address sees the same.
struct QueueQuery: Hashable, Sendable {
    /// Who works on a request, as seen by who asks.
    enum Claim: String, CaseIterable, Sendable { case nobody, mine, others }

    var reason: ReasonCode?
    var search: String?
    var claim: Claim?
    var isEscalated = false
    var order = QueueFilter.Order.deadline
    var after: QueueCursor?

    init() {}

    /// Throws `request-invalid` for what no page of ours links to.
    init(_ fields: FormFields) throws(ProblemDetails) {
        func known<Value>(_ name: String, _ read: (String) -> Value?) throws(ProblemDetails) -> Value? {
            guard let text = fields.text(name) else { return nil }
            guard let value = read(text) else {
                throw ProblemDetails(.requestInvalid, errors: [FieldProblem(.parameter(name), .unknown)])
            }
            return value
        }
        reason = try known("reason", ReasonCode.init(rawValue:))
        search = fields.text("find")
        claim = try known("claim", Claim.init(rawValue:))
        isEscalated = try known("escalated") { $0 == "yes" ? true : nil } ?? false
        order = try known("order", QueueFilter.Order.init(rawValue:)) ?? .deadline
        after = try known("after") { QueueCursor($0) }
        // A place in another order is none.
        if after?.order != order { after = nil }
    }

    /// The address of the page with this query.
    var address: String {
        FormFields.address(
            QueuePages.path,
            [
                ("find", search), ("reason", reason?.rawValue), ("claim", claim?.rawValue),
                ("escalated", isEscalated ? "yes" : nil),
                ("order", order == .deadline ? nil : order.rawValue),
                ("after", after?.description),
            ])
    }

    /// The same with something else, from the first page on.
    func with(_ change: (inout QueueQuery) -> Void) -> QueueQuery {
        var query = self
        query.after = nil
        change(&query)
        return query
    }

    /// Whether it leaves anything out.
    var isNarrow: Bool { reason != nil || search != nil || claim != nil || isEscalated }

    func filter(for officer: String) -> QueueFilter {
        let claim: QueueFilter.Claim? =
            switch self.claim {
            case .nobody: .nobody
            case .mine: .officer(officer)
            case .others: .otherThan(officer)
            case nil: nil
            }
        return QueueFilter(
            reason: reason, search: search, claim: claim, isEscalated: isEscalated ? true : nil,
            order: order, after: after)
    }
}

import Canonical
import DeviceSharing
import SharingLog

/// A place in the queue: behind one request, in one order. It stays where it is while requests come and go.
public struct QueueCursor: Hashable, Sendable {
    /// What the queue is sorted by before the request's identifier.
    enum Key: Hashable, Sendable {
        case deadline(Timestamp)
        case age(Timestamp)
        case requester(UserID)
    }

    let key: Key
    let request: ShareRequestID

    /// The place behind a request that lapses, or would have lapsed, at that time, in the order of deadlines.
    package init(deadline: Timestamp, request: ShareRequestID) {
        key = .deadline(deadline)
        self.request = request
    }

    /// The place behind a request. Nil where it is not pending, and so has none.
    init?(behind row: ShareRequestRow, in order: QueueFilter.Order) {
        request = row.request
        switch order {
        case .deadline:
            guard let expiresAt = row.expiresAt else { return nil }
            key = .deadline(expiresAt)
        case .age: key = .age(row.submittedAt)
        case .requester: key = .requester(row.requester)
        }
    }

    public var order: QueueFilter.Order {
        switch key {
        case .deadline: .deadline
        case .age: .age
        case .requester: .requester
        }
    }
}

extension QueueCursor: LosslessStringConvertible {
    /// For an address: the order, the request and the key, such as `age~01a0df1e-…~1780315200000000`.
    public var description: String {
        let text =
            switch key {
            case .deadline(let moment), .age(let moment): String(moment.microseconds)
            case .requester(let user): user.rawValue
            }
        return "\(order.rawValue)~\(request)~\(text)"
    }

    /// Nil for what `description` does not write.
    public init?(_ text: String) {
        let parts = text.split(separator: "~", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let order = QueueFilter.Order(rawValue: parts[0]), let request = ShareRequestID(parts[1]) else {
            return nil
        }
        self.request = request
        switch order {
        case .deadline, .age:
            guard let microseconds = Int64(parts[2]) else { return nil }
            let moment = Timestamp(microseconds: microseconds)
            guard (Timestamp.earliest...Timestamp.latest).contains(moment) else { return nil }
            key = order == .age ? .age(moment) : .deadline(moment)
        case .requester:
            guard let user = UserID(parts[2]) else { return nil }
            key = .requester(user)
        }
    }
}

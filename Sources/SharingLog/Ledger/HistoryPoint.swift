import Canonical

/// A place in the history of a ledger.
public enum HistoryPoint: Hashable, Sendable {
    case position(Position)
    case moment(Timestamp)

    /// A position, a time (RFC 3339), or a date alone for its first moment in UTC; nil for anything else.
    public init?(_ text: String) {
        if let position = Int64(text) {
            guard position >= 0 else { return nil }
            self = .position(Position(rawValue: position))
        } else if let moment = Timestamp(text.utf8.count == 10 ? text + "T00:00:00Z" : text) {
            self = .moment(moment)
        } else {
            return nil
        }
    }
}

extension LedgerHandle {
    /// The last position of the ledger up to a point; `start` where there was none yet.
    public func position(at point: HistoryPoint) async throws -> Position {
        switch point {
        case .position(let position): min(position, try await head())
        case .moment(let moment): try await position(at: moment)
        }
    }
}

import Canonical
import EligibilityPolicy

/// The users of an entity, for counters that go over all of them.
public enum EntityMembers: Hashable, Sendable {
    /// No counter of the policy asks for them.
    case notCounted
    case users([Participant])
    /// More than ``HistoryCounter/maximumUsers``.
    case tooMany
}

extension SharingFacts {
    /// The numbers of counters at a moment.
    ///
    /// - Parameter request: neither it nor what it led to is counted.
    package func counts(of counters: [HistoryCounter], excluding request: ShareRequestID?, at now: Timestamp) -> CounterValues {
        var values = CounterValues.none
        for counter in counters { values[counter] = count(counter, excluding: request, at: now) }
        return values
    }

    private func count(_ counter: HistoryCounter, excluding request: ShareRequestID?, at now: Timestamp) -> Int {
        let users: [Participant]
        switch counter.subject {
        case .requester: users = [requester]
        case .owner: users = [owner]
        case .requesterEntity, .ownerEntity:
            switch counter.subject == .requesterEntity ? requesterEntity : ownerEntity {
            case .users(let members): users = members
            // What is not known is as much as there can be: a rule that sets a limit fails.
            case .notCounted, .tooMany: return HistoryCounter.maximum
            }
        }
        return users.reduce(0) { $0 + $1.count(counter, excluding: request, at: now) }
    }
}

extension Participant {
    fileprivate func count(_ counter: HistoryCounter, excluding request: ShareRequestID?, at now: Timestamp) -> Int {
        let begin = counter.hours.map { now.advanced(by: .seconds(-3_600 * Int64($0))) }
        switch (counter.quantity, counter.subject.side) {
        case (.sharings, .requester):
            guard let begin else { return user.loginSharing.map { $0.request == request ? 0 : 1 } ?? 0 }
            return user.attempts.sharings.count(after: begin, excluding: request)
        case (.sharings, .owner):
            return devices.reduce(0) { sum, device in
                sum
                    + (begin.map { device.begun.count(after: $0, excluding: request) }
                        ?? device.sharings.count { $0.request != request })
            }
        case (.requests, _): return user.attempts.submissions.count(after: begin ?? now, excluding: request)
        case (.rejections, _): return user.attempts.rejections.count(after: begin ?? now, excluding: request)
        case (.daysSinceDeviceChange, _):
            return Self.days(from: devices.map(\.changedAt).max() ?? user.registeredAt, to: now)
        case (.daysSinceIdentityChange, _): return Self.days(from: user.identityChangedAt ?? user.registeredAt, to: now)
        }
    }

    /// Whole days that have passed; 0 where the moment is ahead.
    private static func days(from moment: Timestamp, to now: Timestamp) -> Int {
        Int(max(0, now.duration(since: moment).components.seconds / 86_400))
    }
}

import DeviceSharing
import HTTPEdge
import HTTPTypes
import Synchronization

/// Counts the dry runs that compare identity data which were put on file of late.
///
/// A dry run says whether identity data differ. Somebody who records a guess for one user and asks about another learns whether it
/// was right, and leaves no request behind; so neither user has more than a few such dry runs in an hour. Each server counts for
/// itself.
final class IdentityProbes: Sendable {
    private struct Hour {
        var begin: ContinuousClock.Instant
        var counts: [UserID: Int] = [:]
    }

    private let limit: Int
    private let interval: Duration
    private let maximumUsers: Int
    private let hour: Mutex<Hour>

    init(_ limits: ServerLimits, now: ContinuousClock.Instant = .now) {
        limit = limits.identityProbes
        interval = limits.identityProbeInterval
        maximumUsers = limits.rememberedIdentityProbes
        hour = Mutex(Hour(begin: now))
    }

    /// Counts one dry run for each of the users. Throws `too-many-dry-runs` where one of them has had as many as there may be, or
    /// too many other users are counted.
    func admit(_ users: some Collection<UserID>, now: ContinuousClock.Instant = .now) throws(ProblemDetails) {
        let wait: Duration? = hour.withLock { hour in
            if now - hour.begin >= interval { hour = Hour(begin: now) }
            let isFull = hour.counts.count + users.count > maximumUsers
            let isPermitted = users.allSatisfy { user in
                hour.counts[user].map { $0 < limit } ?? !isFull
            }
            guard isPermitted else { return interval - (now - hour.begin) }
            for user in users { hour.counts[user, default: 0] += 1 }
            return nil
        }
        guard let wait else { return }
        let seconds = max(1, wait.components.seconds + (wait.components.attoseconds > 0 ? 1 : 0))
        throw ProblemDetails(.tooManyDryRuns, headers: [.retryAfter: String(seconds)])
    }
}

extension Call {
    /// Counts a dry run of a portal's, where identity data of one of the users were put on file of late. Throws
    /// `too-many-dry-runs`.
    func admitDryRun(on users: UserID...) async throws {
        guard role == .portal else { return }
        let limits = backend.limits
        let recently = try engine.now().advanced(by: .zero - limits.identityProbeWindow)
        guard try await engine.hasNewIdentity(users, since: recently) else { return }
        try services.identityProbes.admit(Set(users))
    }
}

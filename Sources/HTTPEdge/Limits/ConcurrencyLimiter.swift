import Synchronization

/// Limits what is under way at the same time, in units such as requests, streams or bytes, and shares it fairly among callers.
///
/// **The rule**: a caller is given units if it then holds no more than what is still free, or one more. So:
///
/// - one caller alone holds at most half of the limit, rounded up;
/// - a caller that holds nothing is given a unit as long as any is free;
/// - callers that all ask for as much as they can get, and give back in their turn, come to hold the same: of `n` such callers
///   each holds the limit divided by `n + 1`, and as much is free for the next one.
///
/// The rule is that of dynamic queue length thresholds (Choudhury and Hahne, IEEE/ACM Transactions on Networking 6(2), 1998,
/// with α = 1). It needs no list of callers, and takes nothing back that was given.
///
/// ```swift
/// let slots = ConcurrencyLimiter(limit: 1_024)
/// let share = try slots.take(for: "portal")
/// defer { share.giveBack() }
/// ```
package final class ConcurrencyLimiter: Sendable {
    /// Why a caller is given nothing.
    package enum Refusal: Error, Hashable, Sendable {
        /// Too little is free, for any caller.
        case exhausted
        /// Some is free, for callers that hold less than this one.
        case shareUsedUp
    }

    private struct State {
        var free: Int
        var held: [String: Int] = [:]
    }

    /// Units in all, from 0 on.
    let limit: Int
    private let state: Mutex<State>

    init(limit: Int) {
        self.limit = max(limit, 0)
        state = Mutex(State(free: max(limit, 0)))
    }

    /// Takes units for a caller, all or none. Throws `Refusal`.
    /// - Parameter units: from 0 on.
    package func take(_ units: Int = 1, for caller: String) throws(Refusal) -> Share {
        let share = Share(limiter: self, caller: caller)
        try share.grow(by: units)
        return share
    }

    /// What a caller holds.
    func held(by caller: String) -> Int { state.withLock { $0.held[caller] ?? 0 } }

    /// What nobody holds.
    var free: Int { state.withLock { $0.free } }

    private func take(_ units: Int, for caller: String) -> Refusal? {
        state.withLock { state in
            let held = state.held[caller] ?? 0
            // All of them are within the limit, so that neither side overflows.
            guard units <= state.free else { return .exhausted }
            guard held + units <= state.free - units + 1 else { return .shareUsedUp }
            state.free -= units
            state.held[caller] = held + units
            return nil
        }
    }

    private func giveBack(_ units: Int, of caller: String) {
        state.withLock { state in
            state.free += units
            let rest = (state.held[caller] ?? 0) - units
            state.held[caller] = rest > 0 ? rest : nil
        }
    }

    /// What a caller was given, until it is given back: at the end of its life at the latest.
    package final class Share: Sendable {
        private let limiter: ConcurrencyLimiter
        private let caller: String
        private let units = Mutex(0)

        fileprivate init(limiter: ConcurrencyLimiter, caller: String) {
            self.limiter = limiter
            self.caller = caller
        }

        deinit { giveBack() }

        /// Takes more for the same caller, all or nothing. Throws `Refusal`.
        func grow(by more: Int) throws(Refusal) {
            guard more > 0 else { return }
            if let refusal = limiter.take(more, for: caller) { throw refusal }
            units.withLock { $0 += more }
        }

        /// Harmless when it has been given back.
        package func giveBack() {
            let held = units.withLock { units in
                defer { units = 0 }
                return units
            }
            if held > 0 { limiter.giveBack(held, of: caller) }
        }
    }
}

extension ProblemDetails {
    /// What a caller is told that is given nothing: 503 where everybody would be refused, 429 where it holds its own share.
    init(_ refusal: ConcurrencyLimiter.Refusal) {
        switch refusal {
        case .exhausted: self.init(.overloaded)
        case .shareUsedUp: self.init(.tooManyRequests)
        }
    }
}

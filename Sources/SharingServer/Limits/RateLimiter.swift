import HTTPTypes
import Synchronization

/// A bucket of tokens for each client: it holds `burst`, and so many drip in each second.
final class RateLimiter: Sendable {
    private struct Bucket {
        var tokens: Double
        var filledAt: ContinuousClock.Instant
    }

    private let rate: Double
    private let burst: Double
    private let mostClients: Int
    private let buckets = Mutex<[String: Bucket]>([:])

    /// - Parameter rate: a second; 0 lets everything through.
    init(rate: Int, burst: Int, mostClients: Int) {
        self.rate = Double(rate)
        self.burst = Double(max(burst, 1))
        self.mostClients = max(mostClients, 1)
    }

    /// Takes a token. Throws `too-many-requests` where there is none.
    func admit(_ client: String) throws(ProblemDetails) {
        guard let seconds = secondsToWait(client) else { return }
        throw ProblemDetails(.tooManyRequests, headers: [.retryAfter: String(seconds)])
    }

    /// Takes a token. Nil where there was one, else the whole seconds until there is.
    func secondsToWait(_ client: String, now: ContinuousClock.Instant = .now) -> Int? {
        guard rate > 0 else { return nil }
        return buckets.withLock { buckets in
            var bucket = buckets[client] ?? Bucket(tokens: burst, filledAt: now)
            bucket.tokens = min(burst, bucket.tokens + (now - bucket.filledAt) / .seconds(1) * rate)
            bucket.filledAt = now
            let isGranted = bucket.tokens >= 1
            if isGranted { bucket.tokens -= 1 }
            if buckets.count >= mostClients, buckets[client] == nil { forgetRested(&buckets, now) }
            buckets[client] = bucket
            return isGranted ? nil : max(1, Int(((1 - bucket.tokens) / rate).rounded(.up)))
        }
    }

    /// A full bucket is as good as none. Where none is full, all are forgotten: better a client too fast than memory without end.
    private func forgetRested(_ buckets: inout [String: Bucket], _ now: ContinuousClock.Instant) {
        buckets = buckets.filter { $0.value.tokens + (now - $0.value.filledAt) / .seconds(1) * rate < burst }
        if buckets.count >= mostClients { buckets = [:] }
    }
}

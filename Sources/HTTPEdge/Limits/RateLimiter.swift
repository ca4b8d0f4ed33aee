import HTTPTypes
import Synchronization

/// A bucket of tokens for each client: it holds `burst`, and so many drip in each second.
package final class RateLimiter: Sendable {
    private struct Bucket {
        var tokens: Double
        var filledAt: ContinuousClock.Instant
    }

    /// What a client has left after a request.
    package struct Quota: Hashable, Sendable {
        /// Requests at once after a rest.
        let limit: Int
        /// Requests that it may send now.
        let remaining: Int
        /// Whole seconds from empty to full.
        let window: Int
        /// Whole seconds until the bucket is full again, if nothing is sent meanwhile.
        let reset: Int
    }

    private let rate: Double
    private let burst: Double
    private let maximumClients: Int
    private let buckets = Mutex<[String: Bucket]>([:])

    /// - Parameter rate: a second; 0 lets everything through.
    init(rate: Int, burst: Int, maximumClients: Int) {
        self.rate = Double(rate)
        self.burst = Double(max(burst, 1))
        self.maximumClients = max(maximumClients, 1)
    }

    /// Takes a token, and says what is left; nil where there is no limit. Throws `too-many-requests` where there is none.
    @discardableResult
    package func admit(_ client: String, now: ContinuousClock.Instant = .now) throws(ProblemDetails) -> Quota? {
        guard rate > 0 else { return nil }
        let (isGranted, tokens) = take(client, now)
        let quota = Quota(
            limit: Int(burst), remaining: Int(tokens), window: seconds(burst), reset: seconds(burst - tokens))
        guard !isGranted else { return quota }
        var problem = ProblemDetails(.tooManyRequests, headers: quota.headers)
        problem.headers[.retryAfter] = String(max(1, seconds(1 - tokens)))
        throw problem
    }

    /// Whole seconds in which so many tokens drip in.
    private func seconds(_ tokens: Double) -> Int { Int((tokens / rate).rounded(.up)) }

    private func take(_ client: String, _ now: ContinuousClock.Instant) -> (isGranted: Bool, tokens: Double) {
        buckets.withLock { buckets in
            var bucket = buckets[client] ?? Bucket(tokens: burst, filledAt: now)
            bucket.tokens = min(burst, bucket.tokens + (now - bucket.filledAt) / .seconds(1) * rate)
            bucket.filledAt = now
            let isGranted = bucket.tokens >= 1
            if isGranted { bucket.tokens -= 1 }
            if buckets.count >= maximumClients, buckets[client] == nil { forgetRested(&buckets, now) }
            buckets[client] = bucket
            return (isGranted, bucket.tokens)
        }
    }

    /// A full bucket is as good as none. Where none is full, all are forgotten: better a client too fast than memory without end.
    private func forgetRested(_ buckets: inout [String: Bucket], _ now: ContinuousClock.Instant) {
        buckets = buckets.filter { $0.value.tokens + (now - $0.value.filledAt) / .seconds(1) * rate < burst }
        if buckets.count >= maximumClients { buckets = [:] }
    }
}

extension RateLimiter.Quota {
    /// What a client learns about its quota: `RateLimit-Policy` and `RateLimit`, as structured fields (RFC 9651) with the
    /// parameters of draft-ietf-httpapi-ratelimit-headers-10: `q` is the quota in requests, `w` its window, `r` what is left and
    /// `t` the time until all of it is there again, both times in seconds.
    package var headers: HTTPFields {
        var headers = HTTPFields()
        if let policy = Self.policyField { headers[policy] = "\"requests\";q=\(limit);w=\(window)" }
        if let state = Self.stateField { headers[state] = "\"requests\";r=\(remaining);t=\(reset)" }
        return headers
    }

    private static let policyField = HTTPField.Name("RateLimit-Policy")
    private static let stateField = HTTPField.Name("RateLimit")
}

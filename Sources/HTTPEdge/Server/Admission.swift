import Logging
import Metrics

/// What API and console let requests in by, and keep of them: one value for both, so that a caller has one rate and one share of
/// the slots, whichever of the two it asks.
package struct Admission: Sendable {
    /// Of requests at work.
    package let slots: ConcurrencyLimiter
    package let receptions: Receptions
    package let rates: RateLimiter
    package let timeouts: RequestTimeouts
    package let record: RequestRecord

    /// - Parameters:
    ///   - metrics: collects what is measured of requests.
    ///   - logger: gets a line for each request.
    package init(limits: ServerLimits, metrics: any MetricsFactory, logger: Logger) {
        slots = ConcurrencyLimiter(limit: limits.requestsInFlight)
        receptions = Receptions(limits: limits)
        rates = RateLimiter(rate: limits.requestsPerSecond, burst: limits.burst, maximumClients: limits.rememberedClients)
        timeouts = RequestTimeouts()
        record = RequestRecord(metrics: HTTPMetrics(metrics), logger: logger)
    }
}

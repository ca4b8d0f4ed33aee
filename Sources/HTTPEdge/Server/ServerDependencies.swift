import DeviceSharing
import EligibilityPolicy
import Phrases
import SharingEngine

/// Services that every route of the API and every page of the console works with.
package struct ServerDependencies: Sendable {
    package let engine: SharingEngine
    package let messages: MessageCatalog
    package let limits: ServerLimits
    /// Whose tokens and sessions may do something here.
    package let tenancy: Tenancy
    package let feed: EventFeed
    package let stopping = StopSign()
    /// Room for exports of the directory.
    package let exports: ConcurrencyLimiter

    package init(
        engine: SharingEngine, messages: MessageCatalog, limits: ServerLimits, tenancy: Tenancy, feed: EventFeed
    ) {
        self.engine = engine
        self.messages = messages
        self.limits = limits
        self.tenancy = tenancy
        self.feed = feed
        exports = ConcurrencyLimiter(limit: limits.exports)
    }
}

import Canonical
import DeviceSharing
import OpenMetrics
import SharingWebhooks

/// What operations of the API work with beside what the console works with too.
struct APIServices: Sendable {
    let webhooks: WebhookSubscriptions
    let readiness: Readiness
    let identityProbes: IdentityProbes
    /// What `/metrics` tells.
    let metrics: MetricsRegistry
    /// The key under which identity data is fingerprinted; nil where identities cannot be recorded.
    let identityKey: FingerprintKey?
    /// The API's description.
    let openAPI: JSONValue
}

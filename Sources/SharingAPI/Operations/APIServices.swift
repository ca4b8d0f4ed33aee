import Canonical
import DeviceSharing
import OpenMetrics
import SharingWebhooks

/// What operations of the API work with beside what the console works with too.
struct APIServices: Sendable {
    let webhooks: WebhookSubscriptions
    let readiness: Readiness
    let identityProbes: IdentityProbes
    /// What `/metrics` tells, and what of it is looked at only when somebody asks.
    let metrics: MetricsRegistry
    let operation: OperationMetrics
    /// The key under which identity data is fingerprinted; nil where identities cannot be recorded.
    let identityKey: FingerprintKey?
    /// The API's description.
    let openAPI: JSONValue
}

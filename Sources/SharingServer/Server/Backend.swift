import DeviceSharing
import EligibilityPolicy
import SharingEngine

/// What operations work with.
struct Backend: Sendable {
    let engine: SharingEngine
    let messages: MessageCatalog
    let configuration: ServerConfiguration
    let readiness: Readiness
    let feed: EventFeed
    let openAPI: OpenAPIDocument
    let identityProbes: IdentityProbes
}

import Hummingbird
import NIOCore

/// What the HTTP library carries along with a request.
package struct EdgeContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The client's address: that of the other side, or what a trusted proxy there says.
    package var peer: String

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peer = source.channel.remoteAddress?.ipAddress ?? "unknown"
    }
}

import Hummingbird
import NIOCore

/// What the HTTP library carries along with a request.
struct EdgeContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The client's address: that of the other side, or what a trusted proxy there says.
    var peer: String

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peer = source.channel.remoteAddress?.ipAddress ?? "unknown"
    }
}

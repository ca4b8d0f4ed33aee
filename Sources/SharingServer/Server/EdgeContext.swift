import Hummingbird
import NIOCore

/// What the HTTP library carries along with a request.
struct EdgeContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The address of the other side.
    let peer: String

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peer = source.channel.remoteAddress?.ipAddress ?? "unknown"
    }
}

import DeviceSharing

/// State of a stream after its first `version` events.
struct StreamSnapshot: Sendable {
    var state: StreamState
    var version: Int32
}

/// State of a stream of any family; nil where the stream has no events.
///
/// Indirect, since snapshots move between dictionaries far more often than they change: a copy is one reference.
package indirect enum StreamState: Sendable {
    /// The fingerprints are not in the log; they are as of the same version.
    case user(User?, IdentityFingerprints?)
    case device(Device?)
    case shareRequest(ShareRequest?)
    case policy(PolicyActivation?)
    case archive(Archive?)

    static func initial(of stream: StreamID) -> StreamState {
        switch stream {
        case .user: .user(nil, nil)
        case .device: .device(nil)
        case .shareRequest: .shareRequest(nil)
        case .policy: .policy(nil)
        case .archive: .archive(nil)
        }
    }
}

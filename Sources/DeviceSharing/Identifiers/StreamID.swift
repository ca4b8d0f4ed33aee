/// What a stream of events is about.
public enum StreamID: Hashable, Sendable, CustomStringConvertible {
    case user(UserID)
    case device(DeviceID)
    case shareRequest(ShareRequestID)
    /// By the policy's name.
    case policy(String)

    /// The name under which the log has the stream: `user/alice`.
    public var name: String {
        switch self {
        case .user(let id): "user/\(id.rawValue)"
        case .device(let id): "device/\(id.rawValue)"
        case .shareRequest(let id): "share-request/\(id.description)"
        case .policy(let name): "policy/\(name)"
        }
    }

    /// Nil for a name that no stream of ours can have.
    public init?(name: String) {
        guard let slash = name.utf8.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        let id = String(name[name.utf8.index(after: slash)...])
        let stream: StreamID? =
            switch name[..<slash] {
            case "user": UserID(id).map(StreamID.user)
            case "device": DeviceID(id).map(StreamID.device)
            case "share-request": ShareRequestID(id).map(StreamID.shareRequest)
            case "policy": id.isEmpty ? nil : .policy(id)
            default: nil
            }
        // One stream has one name: a UUID in capitals is none.
        guard let stream, stream.name == name else { return nil }
        self = stream
    }

    public var description: String { name }
}

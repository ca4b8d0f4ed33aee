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
        switch name[..<slash] {
        case "user": self = .user(UserID(trusted: id))
        case "device": self = .device(DeviceID(trusted: id))
        case "share-request":
            guard let request = ShareRequestID(id) else { return nil }
            self = .shareRequest(request)
        case "policy": self = .policy(id)
        default: return nil
        }
    }

    public var description: String { name }
}

import Canonical

/// What a stream of events is about.
public enum StreamID: Hashable, Sendable, CustomStringConvertible {
    case user(UserID)
    case device(DeviceID)
    case shareRequest(ShareRequestID)
    /// By the policy's name.
    case policy(String)
    /// A run of the log in an evidence file, by the SHA-256 of the file.
    case archive(Digest)
    case webhook(WebhookID)
    /// The time of the ledger.
    case clock

    /// The name of the policy that decides on share requests, in its file and in its stream.
    public static let sharingPolicyName = "device-sharing"
    /// The stream of the policy that decides on share requests.
    public static var sharingPolicy: StreamID { .policy(sharingPolicyName) }

    /// The name under which the log has the stream: `user/alice`.
    public var name: String {
        switch self {
        case .user(let id): "user/\(id.rawValue)"
        case .device(let id): "device/\(id.rawValue)"
        case .shareRequest(let id): "share-request/\(id.description)"
        case .policy(let name): "policy/\(name)"
        case .archive(let file): "archive/\(file)"
        case .webhook(let id): "webhook/\(id)"
        case .clock: "clock/ledger"
        }
    }

    /// Nil for a name that no stream of ours can have.
    public init?(name: String) {
        var name = name
        guard let stream = name.withUTF8({ StreamID(utf8: UnsafeRawBufferPointer($0)) }) else { return nil }
        self = stream
    }

    /// Nil for a name that no stream of ours can have. Makes no text but the identifier: a ledger has as many names as events.
    package init?(utf8 name: UnsafeRawBufferPointer) {
        guard let slash = name.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        let family = UnsafeRawBufferPointer(rebasing: name[..<slash])
        let id = UnsafeRawBufferPointer(rebasing: name[(slash + 1)...])
        if family.isText("user") {
            guard let user = UserID(utf8: id) else { return nil }
            self = .user(user)
        } else if family.isText("device") {
            guard let device = DeviceID(utf8: id) else { return nil }
            self = .device(device)
        } else if family.isText("share-request") {
            // One stream has one name: a UUID in capitals is none.
            guard !id.contains(where: (UInt8(ascii: "A")...UInt8(ascii: "F")).contains),
                let request = ShareRequestID(utf8: id)
            else { return nil }
            self = .shareRequest(request)
        } else if family.isText("policy") {
            guard !id.isEmpty, let policy = String(validating: id, as: UTF8.self) else { return nil }
            self = .policy(policy)
        } else if family.isText("archive") {
            // In small letters, as the digest writes itself.
            let text = String(decoding: id, as: UTF8.self)
            guard let file = Digest(hex: text), file.description == text else { return nil }
            self = .archive(file)
        } else if family.isText("webhook") {
            // In small letters, as the identifier writes itself.
            let text = String(decoding: id, as: UTF8.self)
            guard let webhook = WebhookID(text), webhook.description == text else { return nil }
            self = .webhook(webhook)
        } else if family.isText("clock") {
            guard id.isText("ledger") else { return nil }
            self = .clock
        } else {
            return nil
        }
    }

    public var description: String { name }
}

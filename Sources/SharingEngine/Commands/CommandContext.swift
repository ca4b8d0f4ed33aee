import Canonical
import DeviceSharing

/// Who sends a command and how it hangs together with others.
public struct CommandContext: Hashable, Sendable {
    /// Who acts, in which role.
    public var actor: Actor
    /// The caller's key, 1 to 255 bytes: the same command under the same key is carried out once, and answered each time.
    public var idempotencyKey: String?
    /// What ties events of one conversation together, such as the caller's request id; kept in each event's metadata.
    public var correlation: String?
    /// What led to the command, such as an event's position or a trace.
    public var causation: String?

    public init(actor: Actor, idempotencyKey: String? = nil, correlation: String? = nil, causation: String? = nil) {
        self.actor = actor
        self.idempotencyKey = idempotencyKey
        self.correlation = correlation
        self.causation = causation
    }

    /// Canonical JSON for the events' metadata. `policy`: what decided, where a policy did.
    func metadata(policy: Digest?) -> [UInt8] {
        var writer = CanonicalJSONWriter(reservingCapacity: 256)
        writer.object { writer in
            writer.member("actor", actor.id)
            if let causation { writer.member("causation", causation) }
            if let correlation { writer.member("correlation", correlation) }
            if let policy { writer.member("policy", policy.description) }
            writer.member("role", actor.role.rawValue)
        }
        return writer.bytes
    }
}

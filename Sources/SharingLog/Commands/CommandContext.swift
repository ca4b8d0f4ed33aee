import Canonical
import DeviceSharing

/// Who sends a command and how it hangs together with others.
public struct CommandContext: Hashable, Sendable {
    /// Bytes of an actor's id, a key, a correlation or a causation, at most.
    public static let maximumTextLength = 255

    /// Who acts, in which role.
    public var actor: Actor
    /// The caller's key: the same command under the same key is carried out once, and answered each time.
    public var idempotencyKey: String?
    /// What ties events of one conversation together, such as the caller's request id; kept in each event's metadata.
    public var correlation: String?
    /// What led to the command, such as an event's position or a trace.
    public var causation: String?
    /// The trace that the caller is part of; kept in each event's metadata.
    public var traceParent: TraceParent?
    /// What the record must be that the command is about: where it is something else, the command is refused with
    /// `version-conflict`.
    public var revisions: RevisionCondition

    public init(
        actor: Actor, idempotencyKey: String? = nil, correlation: String? = nil, causation: String? = nil,
        traceParent: TraceParent? = nil, revisions: RevisionCondition = .any
    ) {
        self.actor = actor
        self.idempotencyKey = idempotencyKey
        self.correlation = correlation
        self.causation = causation
        self.traceParent = traceParent
        self.revisions = revisions
    }

    package func validate() throws(SharingError) {
        let texts = [
            ("actor", Optional(actor.id)), ("idempotencyKey", idempotencyKey), ("correlation", correlation),
            ("causation", causation),
        ]
        for case (let field, let text?) in texts {
            guard (1...Self.maximumTextLength).contains(text.utf8.count), !text.utf8.contains(0) else {
                throw .invalidInput(field: field, problem: "must have 1 to \(Self.maximumTextLength) bytes, none of them zero")
            }
        }
    }

    /// Canonical JSON for the events' metadata. `policy`: what decided, where a policy did.
    package func metadata(policy: Digest?) -> [UInt8] {
        var writer = CanonicalJSONWriter(reservingCapacity: 256)
        writer.object { writer in
            writer.member("actor", actor.id)
            if let causation { writer.member("causation", causation) }
            if let correlation { writer.member("correlation", correlation) }
            if let policy { writer.member("policy", policy.description) }
            writer.member("role", actor.role.rawValue)
            if let traceParent { writer.member("traceparent", traceParent.description) }
            writer.member("v", EventMetadata.version)
        }
        return writer.bytes
    }
}

import Canonical

/// An event that is to be appended.
package struct AppendEvent: Sendable {
    package let stream: String
    package let type: String
    package let schemaVersion: Int16
    package let data: [UInt8]

    package init(stream: String, type: String, schemaVersion: Int16, data: [UInt8]) {
        self.stream = stream
        self.type = type
        self.schemaVersion = schemaVersion
        self.data = data
    }
}

/// A stream that a decision read, and the version it saw: 0 for a stream without events.
package struct StreamCondition: Hashable, Sendable {
    package let stream: String
    package let version: Int32

    package init(stream: String, version: Int32) {
        self.stream = stream
        self.version = version
    }
}

/// A caller's key for a command: a repetition is recognised by it.
package struct IdempotencyClaim: Hashable, Sendable {
    /// 1 to 255 bytes.
    package let key: String
    /// SHA-256 of the command.
    package let digest: Digest
    /// Stream where the answer can be read again.
    package let subject: String

    package init(key: String, digest: Digest, subject: String) {
        self.key = key
        self.digest = digest
        self.subject = subject
    }
}

/// What one command adds to the log, and under which conditions.
package struct AppendCommand: Sendable {
    /// Every stream that the decision read, once; a stream that it writes is among them. Versions count what commands
    /// before it in the same batch write.
    package var conditions: [StreamCondition]
    package var events: [AppendEvent]
    /// Canonical JSON, the same for all its events.
    package var metadata: [UInt8]
    package var idempotency: IdempotencyClaim?

    package init(
        conditions: [StreamCondition], events: [AppendEvent], metadata: [UInt8], idempotency: IdempotencyClaim? = nil
    ) {
        self.conditions = conditions
        self.events = events
        self.metadata = metadata
        self.idempotency = idempotency
    }
}

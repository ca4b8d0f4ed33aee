import Canonical
import DeviceSharing
import EventLog

/// An event of the ledger, as the library shows it.
public struct LedgerEvent: Sendable {
    public let position: Position
    public let stream: StreamID
    /// Place in the stream, from 1.
    public let version: Int
    public let type: String
    public let schemaVersion: Int
    public let recordedAt: Timestamp
    public let leafHash: Digest
    /// Who and why, as the log holds it: actor, role, correlation, causation, policy, traceparent; `v` is the version of this
    /// shape, 1 where it is missing.
    public let metadata: JSONValue
    /// Who acted.
    public let actor: String?
    /// In which role.
    public let role: Role?
    /// The event as the log holds it; null where its data are in an archive.
    public let data: JSONValue
    /// The event as the domain knows it; nil where its data are in an archive.
    public let event: DomainEvent?

    /// Throws `event-unreadable`, which names the position.
    package init(_ recorded: RecordedEvent) throws(EventLogError) {
        position = recorded.position
        stream = try recorded.streamID()
        version = Int(recorded.version)
        type = recorded.type
        schemaVersion = Int(recorded.schemaVersion)
        recordedAt = recorded.recordedAt
        leafHash = recorded.leafHash
        do throws(JSONError) {
            metadata = try JSONValue(parsing: recorded.metadata.bytes)
            data = recorded.isDetached ? .null : try JSONValue(parsing: recorded.data.bytes)
        } catch {
            throw EventLogError(.eventUnreadable, "\(error)", position: recorded.position)
        }
        let who = try EventMetadata(metadata, at: recorded.position)
        (actor, role) = (who.actor, who.role)
        event = recorded.isDetached ? nil : try recorded.domainEvent()
    }

    /// For whoever cannot go on without. Throws `data-in-archive`, which names the position.
    package func domainEvent() throws(EventLogError) -> DomainEvent {
        guard let event else { throw EventLogError(dataInArchiveAt: position) }
        return event
    }
}

extension LedgerEvent {
    /// The whole event as one JSON object, without `data` where they are in an archive.
    public var json: JSONValue {
        .members([
            "position": .integer(position.rawValue), "stream": .string(stream.name),
            "version": .integer(Int64(version)),
            "type": .string(type), "schemaVersion": .integer(Int64(schemaVersion)),
            "recordedAt": .string(recordedAt.description), "leafHash": .string(leafHash.description),
            "metadata": metadata,
            "data": event == nil ? nil : data,
        ])
    }
}

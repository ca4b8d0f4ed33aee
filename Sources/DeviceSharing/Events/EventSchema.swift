import Canonical

/// How much of an event is read: folding a state needs neither decisions nor facts, which are most of the bytes.
public enum EventDetail: Sendable {
    case full
    case state
}

/// Reads events of every schema version there has been. New events are written in the newest, 1 so far for all types.
///
/// The one home of a new version: raise `newest` for the type and add the step that makes the old data new.
public enum EventSchema {
    /// Makes the data of one schema version that of the next. What it throws makes the event malformed.
    typealias Upcast = @Sendable (JSONValue) throws -> JSONValue

    /// Steps by type and the version they start from.
    private static let upcasts: [EventType: [Int16: Upcast]] = [:]

    /// The schema version in which events of this type are written.
    static func newest(_ type: EventType) -> Int16 { newest(type, upcasts) }

    private static func newest(_ type: EventType, _ upcasts: [EventType: [Int16: Upcast]]) -> Int16 {
        (upcasts[type]?.keys.max() ?? 0) + 1
    }

    /// Reads an event. Throws `unknown-event-type`, `unknown-schema-version` or `malformed-event-data`; the caller knows the
    /// position and adds it.
    package static func decode(
        type: String, schemaVersion: Int16, data: UnsafeRawBufferPointer, detail: EventDetail = .full
    ) throws(EventDecodingError) -> DomainEvent {
        try decode(type: type, schemaVersion: schemaVersion, data: data, detail: detail, upcasts: upcasts)
    }

    /// The same for a type whose name stands in memory, as the rest of the event does.
    package static func decode(
        type name: UnsafeRawBufferPointer, schemaVersion: Int16, data: UnsafeRawBufferPointer,
        detail: EventDetail = .full
    ) throws(EventDecodingError) -> DomainEvent {
        guard let type = EventType(utf8: name) else { throw unknown(String(decoding: name, as: UTF8.self)) }
        return try decode(type, schemaVersion, data, detail, upcasts)
    }

    static func decode(
        type name: String, schemaVersion: Int16, data: UnsafeRawBufferPointer, detail: EventDetail,
        upcasts: [EventType: [Int16: Upcast]]
    ) throws(EventDecodingError) -> DomainEvent {
        guard let type = EventType(rawValue: name) else { throw unknown(name) }
        return try decode(type, schemaVersion, data, detail, upcasts)
    }

    private static func unknown(_ name: String) -> EventDecodingError {
        EventDecodingError(.unknownType, "events of type \(name) are unknown to this program")
    }

    private static func decode(
        _ type: EventType, _ schemaVersion: Int16, _ data: UnsafeRawBufferPointer, _ detail: EventDetail,
        _ upcasts: [EventType: [Int16: Upcast]]
    ) throws(EventDecodingError) -> DomainEvent {
        let name = type.rawValue
        let newest = newest(type, upcasts)
        guard (1...newest).contains(schemaVersion) else {
            throw EventDecodingError(
                .unknownSchemaVersion, "\(name) has schema version \(schemaVersion), this program knows up to \(newest)"
            )
        }
        do {
            if schemaVersion == newest { return try read(type, data, detail) }
            var value = try JSONValue(parsing: Array(data))
            for version in schemaVersion..<newest {
                guard let upcast = upcasts[type]?[version] else {
                    throw EventDecodingError(
                        .unknownSchemaVersion, "nothing makes schema version \(version) the next one")
                }
                value = try upcast(value)
            }
            return try value.canonicalBytes().withUnsafeBytes { try read(type, $0, detail) }
        } catch let error as EventDecodingError {
            throw EventDecodingError(error.code, "\(name): \(error.message)")
        } catch {
            throw EventDecodingError(.malformedData, "\(name): \(error)")
        }
    }

    private static func read(
        _ type: EventType, _ data: UnsafeRawBufferPointer, _ detail: EventDetail
    ) throws -> DomainEvent {
        var members = try EventMembers(data, detail: detail)
        switch type.properties.family {
        case .user: return .user(try UserEvent(type, &members))
        case .device: return .device(try DeviceEvent(type, &members))
        case .shareRequest: return .shareRequest(try ShareRequestEvent(type, &members))
        case .policy: return .policy(try PolicyEvent(&members))
        case .archive: return .archive(try ArchiveEvent(type, &members))
        case .webhook: return .webhook(try WebhookEvent(type, &members))
        case .clock: return .clock(try ClockEvent(&members))
        }
    }
}

extension DomainEvent {
    /// Schema version of `data`.
    public var schemaVersion: Int16 { EventSchema.newest(eventType) }

    /// The event as canonical JSON.
    public func data() -> [UInt8] {
        var writer = CanonicalJSONWriter(reservingCapacity: 256)
        switch self {
        case .user(let event): writer.object { event.write(to: &$0) }
        case .device(let event): writer.object { event.write(to: &$0) }
        case .shareRequest(let event): writer.object { event.write(to: &$0) }
        case .policy(let event): writer.object { event.write(to: &$0) }
        case .archive(let event): writer.object { event.write(to: &$0) }
        case .webhook(let event): writer.object { event.write(to: &$0) }
        case .clock(let event): writer.object { event.write(to: &$0) }
        }
        return writer.bytes
    }
}

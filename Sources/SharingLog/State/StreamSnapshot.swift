import Canonical
import DeviceSharing
import EventLog

/// State of a stream after its first `version` events.
package struct StreamSnapshot: Sendable {
    package var state: StreamState
    package var version: Int32
}

extension StreamSnapshot {
    /// Before the first event.
    package init(of stream: StreamID) { self.init(state: .initial(of: stream), version: 0) }
}

extension StreamSnapshot {
    /// How often the record that the stream is about has changed; 0 where there is none. Streams of users and devices also hold
    /// what happened to other records, which does not count.
    package var revision: Int {
        switch state {
        case .user(let user, _): user?.revision ?? 0
        case .device(let device): device?.revision ?? 0
        case .shareRequest, .policy, .archive, .webhook, .clock: Int(version)
        }
    }
}

/// Adding the next event of the stream, in each form in which events are read. Throws `gap-in-log` where it is not the next,
/// `event-unreadable` and `data-in-archive`, which name the position.
extension StreamSnapshot {
    package mutating func add(_ event: RecordedEvent, detail: EventDetail = .full) throws(EventLogError) {
        try require(event.version, of: event.stream, at: event.position)
        state.evolve(try event.domainEvent(detail), at: event.recordedAt)
        version = event.version
    }

    package mutating func add(_ event: LedgerEvent) throws(EventLogError) {
        let next = Int32(event.version)
        try require(next, of: event.stream.name, at: event.position)
        state.evolve(try event.domainEvent(), at: event.recordedAt)
        version = next
    }

    package mutating func add(_ event: borrowing LentEvent) throws(EventLogError) {
        let stream = event.stream
        try require(event.version, of: String(decoding: stream, as: UTF8.self), at: event.position)
        state.evolve(try event.domainEvent(), at: event.recordedAt)
        version = event.version
    }

    /// The stream's name is made only for the error.
    private func require(_ next: Int32, of stream: @autoclosure () -> String, at position: Position) throws(EventLogError) {
        guard next == version + 1 else {
            throw EventLogError(.gapInLog, "versions of \(stream()) have a gap", position: position)
        }
    }
}

extension LentEvent {
    /// The event as a state is folded of it. Throws `event-unreadable` and `data-in-archive`, which name the position.
    fileprivate borrowing func domainEvent() throws(EventLogError) -> DomainEvent {
        guard !isDetached else { throw EventLogError(dataInArchiveAt: position) }
        do throws(EventDecodingError) {
            return try EventSchema.decode(type: type, schemaVersion: schemaVersion, data: data, detail: .state)
        } catch {
            throw EventLogError(.eventUnreadable, "\(error)", position: position)
        }
    }
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
    case webhook(WebhookRegistration?)
    /// The last repair.
    case clock(ClockRepair?)

    package static func initial(of stream: StreamID) -> StreamState {
        switch stream {
        case .user: .user(nil, nil)
        case .device: .device(nil)
        case .shareRequest: .shareRequest(nil)
        case .policy: .policy(nil)
        case .archive: .archive(nil)
        case .webhook: .webhook(nil)
        case .clock: .clock(nil)
        }
    }
}

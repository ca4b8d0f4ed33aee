import Canonical
import DeviceSharing
import EventLog

extension StreamState {
    /// The state after one more event of its stream. An event of another family changes nothing: the log cannot hold one.
    ///
    /// - Parameter fingerprints: what `identityRecorded` put on file, which is not in the event.
    package mutating func evolve(_ event: DomainEvent, at time: Timestamp, recording fingerprints: IdentityFingerprints? = nil) {
        self = Self.evolved(consume self, event, at: time, recording: fingerprints)
    }

    /// Takes the state over, so that what it holds grows in place instead of being copied.
    private static func evolved(
        _ state: consuming StreamState, _ event: DomainEvent, at time: Timestamp,
        recording fingerprints: IdentityFingerprints?
    ) -> StreamState {
        switch consume state {
        case .user(let user, let onFile):
            guard case .user(let event) = event else { return .user(user, onFile) }
            let now: IdentityFingerprints? =
                switch event {
                case .identityRecorded: fingerprints
                case .identityErased: nil
                default: onFile
                }
            return .user(User.evolve(user, event, at: time), now)
        case .device(let device):
            guard case .device(let event) = event else { return .device(device) }
            return .device(Device.evolve(device, event, at: time))
        case .shareRequest(let request):
            guard case .shareRequest(let event) = event else { return .shareRequest(request) }
            return .shareRequest(ShareRequest.evolve(request, event, at: time))
        case .policy(let activation):
            guard case .policy(let event) = event else { return .policy(activation) }
            return .policy(PolicyActivation.evolve(activation, event))
        case .archive(let archive):
            guard case .archive(let event) = event else { return .archive(archive) }
            return .archive(Archive.evolve(archive, event))
        case .webhook(let registration):
            guard case .webhook(let event) = event else { return .webhook(registration) }
            return .webhook(WebhookRegistration.evolve(registration, event))
        case .clock(let repair):
            guard case .clock(.repaired(let next)) = event else { return .clock(repair) }
            return .clock(next)
        }
    }
}

extension RecordedEvent {
    /// The event as the domain knows it. Throws `event-unreadable` and `data-in-archive`, which name the position.
    package func domainEvent(_ detail: EventDetail = .full) throws(EventLogError) -> DomainEvent {
        guard !isDetached else { throw EventLogError(dataInArchiveAt: position) }
        let decoded = data.bytes.withUnsafeBytes { bytes in
            Result { () throws(EventDecodingError) in
                try EventSchema.decode(type: type, schemaVersion: schemaVersion, data: bytes, detail: detail)
            }
        }
        do throws(EventDecodingError) {
            return try decoded.get()
        } catch {
            throw EventLogError(.eventUnreadable, "\(error)", position: position)
        }
    }

    /// What the event is about. Throws `event-unreadable`.
    package func streamID() throws(EventLogError) -> StreamID {
        guard let id = StreamID(name: stream) else {
            throw EventLogError(.eventUnreadable, "\(stream) is no stream", position: position)
        }
        return id
    }
}

import Canonical
import DeviceSharing
import SharingLog

/// The rows of the read models that one command changes, as it leaves them.
struct CommandRows: Sendable {
    var requests: [ShareRequest] = []
    /// The one among them that is new.
    var submitted: ShareRequestID?
    var users: [User] = []
    var devices: [Device] = []
    var fingerprints: (user: UserID, values: IdentityFingerprints)?
    var erasure: UserID?

    /// - Parameter batch: with the events already applied.
    init(_ events: [NewEvent], in batch: BatchState, fingerprints: IdentityFingerprints?) {
        for event in events {
            switch event.event {
            case .user(let change): note(change, batch, fingerprints)
            case .device(let change): note(change, event.stream, batch)
            case .shareRequest(let change):
                if case .submitted(let id, _, _, _, _, _, _) = change { submitted = id }
                guard let request = batch.knownRequest(event.stream), requests.last?.id != request.id else { continue }
                requests.removeAll { $0.id == request.id }
                requests.append(request)
            case .policy, .archive, .webhook, .clock: break
            }
        }
    }

    private mutating func note(_ event: UserEvent, _ batch: BatchState, _ fingerprints: IdentityFingerprints?) {
        switch event {
        case .registered(let id, _, _, _, _, _), .entityChanged(let id, _, _, _, _), .closed(let id):
            guard case .user(let user?, _) = batch.snapshots[.user(id)]?.state else { return }
            users.append(user)
        case .identityRecorded(let id, _, _): self.fingerprints = fingerprints.map { (id, $0) }
        case .identityErased(let id): erasure = id
        case .deviceAssigned, .shareRequestOpened, .shareRequestClosed, .loginDeviceChanged: break
        }
    }

    private mutating func note(_ event: DeviceEvent, _ stream: StreamID, _ batch: BatchState) {
        switch event {
        case .issued, .activated, .deactivated, .reportedLost:
            guard case .device(let device?) = batch.snapshots[stream]?.state, devices.last?.id != device.id else { return }
            devices.append(device)
        case .shared, .unshared: break
        }
    }
}

extension ReadModelRows {
    /// Adds the rows that one command of a batch changes.
    mutating func add(_ rows: CommandRows, command number: Int32) {
        for request in rows.requests { add(request, isNew: request.id == rows.submitted, command: number) }
        for user in rows.users { add(user, command: number) }
        for device in rows.devices { add(device, command: number) }
        if let (user, values) = rows.fingerprints { add(values, of: user, command: number) }
        if let user = rows.erasure { erase(user, command: number) }
    }
}

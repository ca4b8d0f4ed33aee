import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog
import PostgreSQL

@testable import SharingEngine
@testable import SharingLog

/// Decides every command in a log again, on the states before it, and says where the events come out otherwise.
struct Redecision {
    /// What identity was on file of whom, since that is not in the log.
    let fingerprints: [UserID: IdentityFingerprints]
    private var batch = BatchState()
    private var policy: ActivePolicy.Activation?
    private(set) var decided = 0
    private(set) var differences: [String] = []

    init(fingerprints: [UserID: IdentityFingerprints]) { self.fingerprints = fingerprints }

    /// - Parameter events: those of one command, in order.
    mutating func add(_ events: [RecordedEvent]) throws {
        guard let first = events.first else { return }
        let changes = try events.map { NewEvent(try $0.streamID(), try $0.domainEvent()) }
        for change in changes { batch.presumeNew(change.stream) }
        if let command = Self.command(changes, recorded: first, fingerprints) {
            try compare(command, with: events)
        }
        if case .policy(.activated(_, _, _, let text)) = changes[0].event {
            policy = ActivePolicy.Activation(policy: try Policy.load(text, file: "log"), version: first.version)
        }
        var recorded: IdentityFingerprints?
        if case .user(.identityRecorded(let user, _, _)) = changes[0].event { recorded = fingerprints[user] }
        batch.apply(changes, at: first.recordedAt, fingerprints: recorded)
    }

    private mutating func compare(_ command: Command, with events: [RecordedEvent]) throws {
        let metadata = try JSONValue(parsing: events[0].metadata.bytes)
        let actor = Actor(
            id: metadata["actor"]?.stringValue ?? "", role: metadata["role"]?.stringValue.flatMap(Role.init(rawValue:)) ?? .engine
        )
        var before = batch
        before.beginDecision()
        let handler = CommandHandler(policy: policy, now: events[0].recordedAt)
        let envelope = try CommandEnvelope(command, CommandContext(actor: actor))
        // Streams without events yet are known to be empty here, where all of the log has been read.
        var decision: DecidedCommand?
        while decision == nil {
            do {
                decision = try handler.decide(envelope, in: &before)
            } catch let absent as StreamsMissing {
                for stream in absent.streams { before.presumeNew(stream) }
                for entity in absent.entities { before.add([entity: before.knownUsers(of: entity)]) }
            } catch {
                differences.append("position \(events[0].position): \(command.name) was recorded, but is refused: \(error)")
                return
            }
        }
        decided += 1
        let made = decision?.append.events ?? []
        let isSame =
            made.count == events.count
            && zip(made, events).allSatisfy { made, recorded in
                made.stream == recorded.stream && made.type == recorded.type && made.data == recorded.data.bytes
            }
        if !isSame {
            differences.append(
                "position \(events[0].position): \(command.name) gives \(made.map(\.type)), recorded are \(events.map(\.type))")
        }
    }

    /// The command that must have made these events.
    private static func command(
        _ events: [NewEvent], recorded first: RecordedEvent, _ fingerprints: [UserID: IdentityFingerprints]
    ) -> Command? {
        switch events[0].event {
        case .shareRequest(let event):
            guard case .shareRequest(let id) = events[0].stream else { return nil }
            return command(event, about: id)
        case .user(let event):
            switch event {
            case .registered(let user, let entity, let kind, let person, let adult, let registeredAt):
                return .recordUser(
                    RecordUser(
                        user: user, entity: entity, entityKind: kind, person: person, adult: adult, registeredAt: registeredAt))
            case .entityChanged(let user, let entity, let kind, let person, let adult):
                return .recordUser(
                    RecordUser(
                        user: user, entity: entity, entityKind: kind, person: person, adult: adult,
                        registeredAt: Harness.longAgo))
            case .identityRecorded(let user, _, _): return fingerprints[user].map { .recordIdentity(user, $0) }
            case .identityErased(let user): return .eraseIdentity(user)
            case .closed(let user): return .closeUser(user)
            default: return nil
            }
        case .device(let event):
            switch event {
            case .issued(let device, let holder, let kind, let expiresAt):
                return .recordDevice(
                    RecordDevice(
                        device: device, holder: holder, kind: kind, activatedAt: activation(in: events), expiresAt: expiresAt))
            case .deactivated(let device, let reason): return .deactivateDevice(device, reason: reason)
            case .reportedLost(let device): return .reportDeviceLost(device)
            default: return nil
            }
        case .policy, .archive, .webhook, .clock: return nil
        }
    }

    private static func activation(in events: [NewEvent]) -> Timestamp? {
        for event in events { if case .device(.activated(_, let at)) = event.event { return at } }
        return nil
    }

    private static func command(_ event: ShareRequestEvent, about id: ShareRequestID) -> Command? {
        switch event {
        case .submitted(let request, let requester, let owner, let device, let consent, let statement, _):
            .submit(
                SubmitShareRequest(
                    request: request, requester: requester, owner: owner, device: device, consent: consent,
                    statement: statement))
        case .approved(_, _, let note), .endorsed(_, let note): .approve(id, note: note)
        case .rejected(let rejection):
            rejection.by == .compliance
                ? .reject(id, reason: rejection.reason, note: rejection.note) : .approve(id, note: rejection.note)
        case .withdrawn(let note): .withdraw(id, note: note)
        case .expired: .expire(id)
        case .escalated: .escalate(id)
        case .claimed: .claim(id)
        case .released: .release(id)
        case .noted(_, let text): .note(id, text: text)
        case .ended(let reason, let consent, let note): .endSharing(id, reason: reason, consent: consent, note: note)
        case .held, .activated: nil
        }
    }
}

extension BatchState {
    /// The users of an entity, of those whose streams are known.
    fileprivate func knownUsers(of entity: EntityID) -> EntityUsers {
        let users = snapshots.values.compactMap { snapshot -> UserID? in
            guard case .user(let user?, _) = snapshot.state, user.entity == entity else { return nil }
            return user.id
        }
        return .listed(Set(users))
    }
}

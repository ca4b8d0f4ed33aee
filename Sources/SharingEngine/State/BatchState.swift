import Canonical
import DeviceSharing
import EventLog
import SharingLog

/// Stream snapshots that the decisions of one batch share. Each decision adds its events, so that the next decision sees them.
///
/// It records every stream that a decision reads: the append is conditional on the versions of those streams.
struct BatchState {
    private(set) var snapshots: [StreamID: StreamSnapshot]
    /// The users of entities, as they were loaded, and as the commands of the batch leave them; nil for an entity of which it is not
    /// known who is left in it.
    private let loadedUsers: [EntityID: EntityUsers]
    private var users: [EntityID: EntityUsers?]
    /// Entities whose users the decision under way has counted.
    private var counted: Set<EntityID> = []
    /// The users whom commands of the batch have registered in an entity, or moved into it or out of it.
    private var moved: [EntityID: Set<UserID>] = [:]
    /// Streams that the decision under way has read.
    private(set) var reads: Set<StreamID> = []
    /// Where the policy's stream was when the decision under way was made by it; nil where none was asked.
    private var policyVersion: Int32?

    init(snapshots: [StreamID: StreamSnapshot] = [:], users: [EntityID: EntityUsers] = [:]) {
        self.snapshots = snapshots
        loadedUsers = users
        self.users = users
    }

    /// Forgets what has been read, before the next decision.
    mutating func beginDecision() {
        reads.removeAll(keepingCapacity: true)
        counted.removeAll(keepingCapacity: true)
        policyVersion = nil
    }

    /// The users of the entities that the decision under way has counted, as they were before the batch.
    var countedUsers: [EntityID: EntityUsers] { counted.reduce(into: [:]) { $0[$1] = loadedUsers[$1] } }

    /// The users of an entity, for a counter. Throws `StreamsMissing` where they are not loaded, and `UsersUnsettled`.
    mutating func users(of entity: EntityID) throws -> EntityUsers {
        guard let known = users[entity] else { throw StreamsMissing(entities: [entity]) }
        guard let users = known else { throw UsersUnsettled() }
        counted.insert(entity)
        // Should a move not be recorded after all, neither is what was decided on it.
        for user in moved[entity] ?? [] { reads.insert(.user(user)) }
        return users
    }

    /// What the decision under way rests on: the streams that it read, and the policy that it asked, which must be the one in
    /// force.
    var conditions: [StreamCondition] {
        var conditions = reads.map { StreamCondition(stream: $0.name, version: version(of: $0)) }
        if let policyVersion {
            conditions.append(StreamCondition(stream: ActivePolicy.stream.name, version: policyVersion))
        }
        return conditions
    }

    /// Whether the decision under way rests on a policy.
    var hasAskedPolicy: Bool { policyVersion != nil }

    /// Notes that the decision rests on a policy.
    mutating func ask(_ policy: ActivePolicy.Activation) { policyVersion = policy.version }

    /// Adds what was loaded.
    mutating func add(_ loaded: [StreamID: StreamSnapshot]) {
        snapshots.merge(loaded) { _, new in new }
    }

    /// Adds users of entities that were loaded.
    mutating func add(_ loaded: [EntityID: EntityUsers]) {
        for (entity, users) in loaded { self.users[entity] = users }
    }

    /// Throws `StreamsMissing` unless all of these are known.
    func require(_ streams: some Sequence<StreamID>) throws(StreamsMissing) {
        let missing = streams.filter { snapshots[$0] == nil }
        guard missing.isEmpty else { throw StreamsMissing(streams: missing) }
    }

    mutating func user(_ id: UserID) throws(StreamsMissing) -> (user: User?, fingerprints: IdentityFingerprints?) {
        guard case .user(let user, let fingerprints) = try read(.user(id)) else { return (nil, nil) }
        return (user, fingerprints)
    }

    mutating func device(_ id: DeviceID) throws(StreamsMissing) -> Device? {
        guard case .device(let device) = try read(.device(id)) else { return nil }
        return device
    }

    mutating func shareRequest(_ id: ShareRequestID) throws(StreamsMissing) -> ShareRequest? {
        guard case .shareRequest(let request) = try read(.shareRequest(id)) else { return nil }
        return request
    }

    mutating func policy(_ name: String) throws(StreamsMissing) -> PolicyActivation? {
        guard case .policy(let activation) = try read(.policy(name)) else { return nil }
        return activation
    }

    mutating func archive(_ file: Digest) throws(StreamsMissing) -> Archive? {
        guard case .archive(let archive) = try read(.archive(file)) else { return nil }
        return archive
    }

    private mutating func read(_ stream: StreamID) throws(StreamsMissing) -> StreamState {
        guard let snapshot = snapshots[stream] else { throw StreamsMissing(streams: [stream]) }
        reads.insert(stream)
        return snapshot.state
    }

    /// Notes that the decision rests on a stream, since it writes to it.
    mutating func touch(_ stream: StreamID) throws(StreamsMissing) { _ = try read(stream) }

    /// A request whose state is known.
    func knownRequest(_ stream: StreamID) -> ShareRequest? {
        guard case .shareRequest(let request) = snapshots[stream]?.state else { return nil }
        return request
    }

    /// A stream that is about to be founded: nothing has to be loaded to know that an identifier just made has no events,
    /// and the append refuses it should that be wrong.
    mutating func presumeNew(_ stream: StreamID) {
        if snapshots[stream] == nil { snapshots[stream] = StreamSnapshot(of: stream) }
    }

    /// Adds the events of a decision.
    mutating func apply(_ events: [NewEvent], at time: Timestamp, fingerprints: IdentityFingerprints? = nil) {
        for event in events {
            if case .user(let change) = event.event { move(change) }
            var snapshot = snapshots[event.stream] ?? StreamSnapshot(of: event.stream)
            snapshot.state.evolve(event.event, at: time, recording: fingerprints)
            snapshot.version += 1
            snapshots[event.stream] = snapshot
        }
    }

    /// Entities whose users a command of the batch has changed.
    var changedEntities: some Sequence<EntityID> { moved.keys }

    /// Keeps count of who belongs to an entity.
    private mutating func move(_ change: UserEvent) {
        let (user, entity): (UserID, EntityID)
        switch change {
        case .registered(let id, let joined, _, _, _, _): (user, entity) = (id, joined)
        case .entityChanged(let id, let joined, _, _, _): (user, entity) = (id, joined)
        case .identityRecorded, .identityErased, .closed, .deviceAssigned, .shareRequestOpened, .shareRequestClosed,
            .loginDeviceChanged:
            return
        }
        moved[entity, default: []].insert(user)
        if case .user(let before?, _)? = snapshots[.user(user)]?.state, before.entity != entity {
            moved[before.entity, default: []].insert(user)
            if let known = users[before.entity] { users[before.entity] = .some(known?.removing(user)) }
        }
        if let known = users[entity] { users[entity] = .some(known?.adding(user)) }
    }

    func version(of stream: StreamID) -> Int32 { snapshots[stream]?.version ?? 0 }

    func revision(of stream: StreamID) -> Int { snapshots[stream]?.revision ?? 0 }
}

/// A decision needs streams, or the users of entities, that are not loaded.
struct StreamsMissing: Error {
    var streams: [StreamID] = []
    var entities: [EntityID] = []
}

/// A command of the batch moves a user out of an entity that has too many to list: who is left is known once that is recorded.
struct UsersUnsettled: Error {}

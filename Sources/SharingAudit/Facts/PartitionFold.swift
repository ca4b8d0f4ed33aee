import Canonical
import DeviceSharing
import EventLog
import SharingLog

/// Folds the streams of one partition, and compares the rows that they make with those there are.
struct PartitionFold {
    private var streams: [FoldedStream] = []
    /// The first stream of each key.
    private var places: [UInt64: Int] = [:]
    private var found = AuditFindings()
    /// What events say of streams that is not so.
    private(set) var facts = AuditFindings()
    /// Devices that decisions leave out.
    private(set) var absences: [DeviceAbsence] = []

    /// - Parameter records: how many there will be, about.
    init(records: Int = 0) {
        // A request with its users and device comes to ten events of four streams.
        streams.reserveCapacity(records / 2)
        places.reserveCapacity(records / 2)
    }

    var streamCount: Int { streams.count }

    mutating func add(_ event: borrowing LentEvent, key: UInt64) {
        let place: Int
        if let known = self.place(of: event.stream, key) {
            place = known
        } else {
            place = streams.count
            streams.append(FoldedStream(event, before: places.updateValue(place, forKey: key), &found))
        }
        streams[place].add(event, &found, &facts)
    }

    /// Holds what an event says of a stream against the stream's events before that one, and no others, which must have been added.
    mutating func check(_ claim: FactClaim, of stream: UnsafeRawBufferPointer, key: UInt64) {
        for finding in findings(on: claim, of: stream, key: key) { facts.add(finding) }
    }

    /// The same, for a caller that keeps the findings.
    mutating func findings(on claim: FactClaim, of stream: UnsafeRawBufferPointer, key: UInt64) -> [AuditFinding] {
        let folded = place(of: stream, key).map { streams[$0] }
        // Of a broken stream nothing is known, and that it is broken is a finding already.
        guard folded?.isBroken != true else { return [] }
        var check = FactCheck()
        switch claim.subject {
        case .user(let user):
            for device in check.compare(user, folded?.user) {
                absences.append(
                    DeviceAbsence(device: device, part: user.part, position: claim.position, decidedAt: user.decidedAt))
            }
        case .device(let device):
            let name = String(decoding: stream.dropFirst(Self.deviceFamily), as: UTF8.self)
            check.compare(device, folded?.device, named: name)
        case .request(let request): check.compare(request, folded?.request, recordedAt: claim.recordedAt)
        }
        return check.differences.map { AuditFinding($0, at: claim.position) }
    }

    /// Bytes of `device/`.
    private static let deviceFamily = 7

    /// The last event of a stream that has been added, where all before it have been too, and could be read.
    func end(of stream: UnsafeRawBufferPointer, key: UInt64) -> (position: Position, version: Int32)? {
        guard let place = place(of: stream, key), !streams[place].isBroken else { return nil }
        return (streams[place].last, streams[place].version)
    }

    /// What a user, device or request has become by the events that have been added; nil where that is not known.
    func endState(of stream: UnsafeRawBufferPointer, key: UInt64) -> String? {
        guard let place = place(of: stream, key), !streams[place].isBroken else { return nil }
        let folded = streams[place]
        return folded.user?.status.rawValue ?? folded.device?.status.name ?? folded.request?.state.rawValue
    }

    /// When devices were in force, by the number of their stream.
    /// - Parameter all: false to leave out those that always were.
    func deviceHistories(all: Bool) -> [UInt64: DeviceHistory] {
        var histories: [UInt64: DeviceHistory] = [:]
        for stream in streams {
            guard var history = stream.deviceHistory else { continue }
            history.isUnknown = stream.isBroken
            if all || !history.isUsual { histories[SpillRecord.key(of: stream.name)] = history }
        }
        return histories
    }

    /// Every event must have been added.
    mutating func compare(row fields: UnsafeRawBufferPointer, of table: ReadModelTable, key: UInt64) {
        var place = places[key]
        var expected: ExpectedRow?
        while let at = place {
            expected = streams[at].row
            if let row = expected, row.table.number == table.number, table.isSameKey(fields, row.fields), !streams[at].hasRow {
                break
            }
            (place, expected) = (streams[at].before, nil)
        }
        guard let place, let expected else {
            let name = String(decoding: table.streamName(ofRow: fields), as: UTF8.self)
            return found.add(
                AuditFinding(
                    .readModelDiffers, at: nil, "devshare.\(table.name) has a row of \(name), which the log does not give"))
        }
        streams[place].hasRow = true
        guard expected.isKnown, let column = table.difference(fields, expected.fields) else { return }
        found.add(
            AuditFinding(
                .readModelDiffers, at: expected.position,
                "the row of \(expected.name) in devshare.\(table.name) has another \(column) than the log gives"))
    }

    /// What was found of streams and rows, once every row has been compared.
    /// - Parameter withRows: false where there were none to be compared.
    func findings(withRows: Bool = true) -> AuditFindings {
        var findings = found
        for finding in streams.lazy.compactMap(\.misplaced) { findings.add(finding) }
        guard withRows else { return findings }
        for stream in streams where !stream.hasRow {
            guard let expected = stream.row, expected.isKnown || stream.isDetached else { continue }
            findings.add(
                AuditFinding(
                    .readModelDiffers, at: expected.position,
                    "devshare.\(expected.table.name) lacks the row of \(expected.name)"))
        }
        return findings
    }

    private func place(of name: UnsafeRawBufferPointer, _ key: UInt64) -> Int? {
        var place = places[key]
        while let at = place, !streams[at].name.withUnsafeBytes({ $0.isSame(as: name) }) { place = streams[at].before }
        return place
    }
}

/// A stream as far as it has been folded.
private struct FoldedStream {
    let name: [UInt8]
    /// Another stream of the same key.
    let before: Int?
    /// Its row was seen.
    var hasRow = false
    private var state: StreamState?
    private(set) var deviceHistory: DeviceHistory?
    private(set) var version: Int32 = 0
    private(set) var last = Position.start
    /// Something of the stream is not known, so its row cannot be either.
    private(set) var isBroken = false
    /// The request whose events are in an archive: there is a row of it, and what is in that is not known either.
    private var detached: ShareRequestID?
    /// One of the events ended the request.
    private var isFinished = false

    var isDetached: Bool { detached != nil }

    /// That the data of a request are gone which is not finished: nothing permits that.
    var misplaced: AuditFinding? {
        guard isDetached, !isFinished else { return nil }
        return AuditFinding(
            .dataMissing, at: last, "data of \(String(decoding: name, as: UTF8.self)) are missing, which is not finished")
    }

    init(_ event: borrowing LentEvent, before: Int?, _ found: inout AuditFindings) {
        name = Array(event.stream)
        self.before = before
        guard let stream = StreamID(utf8: event.stream) else {
            let text = String(decoding: name, as: UTF8.self)
            found.add(AuditFinding(.eventUnreadable, at: event.position, "\(text) is no stream"))
            isBroken = true
            return
        }
        state = .initial(of: stream)
    }

    mutating func add(_ event: borrowing LentEvent, _ found: inout AuditFindings, _ facts: inout AuditFindings) {
        // A file that somebody else made may have any version before this one.
        if Int64(event.version) != Int64(version) + 1 {
            found.add(
                AuditFinding(
                    .versionGap, at: event.position,
                    "\(String(decoding: name, as: UTF8.self)) goes from version \(version) to \(event.version)"))
            isBroken = true
        }
        version = event.version
        last = event.position
        // Of what changes no row nothing else was spilled.
        guard !event.type.isEmpty else { return }
        if let type = EventType(utf8: event.type), type.properties.endsRequest { isFinished = true }
        if event.isDetached, case .shareRequest(let request)? = StreamID(utf8: event.stream) {
            detached = request
            isBroken = true
        }
        guard !isBroken else { return }
        do throws(EventDecodingError) {
            let change = try EventSchema.decode(
                type: event.type, schemaVersion: event.schemaVersion, data: event.data, detail: .state)
            if case .shareRequest(let made) = change, let due = made.dueState, let actual = request?.state, actual != due {
                facts.add(
                    AuditFinding(
                        FactDifference(fact: "request.state", recorded: due.rawValue, actual: actual.rawValue),
                        at: event.position))
            }
            state?.evolve(change, at: event.recordedAt)
            if let device {
                if deviceHistory == nil { deviceHistory = DeviceHistory() }
                deviceHistory?.add(device, at: event.position)
            }
        } catch {
            found.add(AuditFinding(.eventUnreadable, at: event.position, "\(error)"))
            isBroken = true
        }
    }

    var user: User? {
        if case .user(let user?, _)? = state { user } else { nil }
    }

    var device: Device? {
        if case .device(let device?)? = state { device } else { nil }
    }

    var request: ShareRequest? {
        if case .shareRequest(let request?)? = state { request } else { nil }
    }

    /// The row that the stream makes.
    var row: ExpectedRow? {
        if let detached { return ExpectedRow(detached: detached, at: last) }
        return switch state {
        case .user(let user?, _)?: ExpectedRow(user, at: last, isKnown: !isBroken)
        case .device(let device?)?: ExpectedRow(device, at: last, isKnown: !isBroken)
        case .shareRequest(let request?)?: ExpectedRow(request, at: last, isKnown: !isBroken)
        default: nil
        }
    }
}

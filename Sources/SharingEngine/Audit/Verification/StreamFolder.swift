import Canonical
import DeviceSharing
import EventLog

/// Folds events that come stream by stream, and gives the rows of read models that they make.
struct StreamFolder: Sendable {
    private(set) var streams = 0
    private(set) var findings = AuditFindings()

    private var name: [UInt8] = []
    private var state: StreamState?
    private var version: Int32 = 0
    private var last = Position.start
    /// Something of the stream is not known, so its row cannot be either.
    private var isBroken = false
    private var rows: [ExpectedRow] = []

    mutating func add(_ event: borrowing LentEvent) {
        if !name.withUnsafeBytes({ event.stream.isSame(as: $0) }) { begin(event) }
        if event.version != version + 1 {
            findings.add(
                AuditFinding(
                    .versionGap, at: event.position,
                    "\(String(decoding: name, as: UTF8.self)) goes from version \(version) to \(event.version)"))
            isBroken = true
        } else if event.position <= last {
            findings.add(
                AuditFinding(
                    .versionGap, at: event.position,
                    "version \(event.version) of \(String(decoding: name, as: UTF8.self)) stands before version \(version), which is at position \(last)"
                ))
        }
        version = event.version
        last = event.position
        guard !isBroken else { return }
        do throws(EventDecodingError) {
            let change = try EventSchema.decode(
                type: event.type, schemaVersion: event.schemaVersion, data: event.data, detail: .state)
            state?.evolve(change, at: event.recordedAt)
        } catch {
            findings.add(AuditFinding(.eventUnreadable, at: event.position, "\(error)"))
            isBroken = true
        }
    }

    private mutating func begin(_ event: borrowing LentEvent) {
        finish()
        streams += 1
        name = Array(event.stream)
        (version, last, isBroken) = (0, .start, false)
        guard let stream = StreamID(utf8: event.stream) else {
            let text = String(decoding: name, as: UTF8.self)
            findings.add(AuditFinding(.eventUnreadable, at: event.position, "\(text) is no stream"))
            isBroken = true
            return
        }
        state = .initial(of: stream)
    }

    /// The stream has no more events.
    mutating func finish() {
        defer { state = nil }
        switch state {
        case .user(let user?, _)?: rows.append(ExpectedRow(user, at: last, isKnown: !isBroken))
        case .device(let device?)?: rows.append(ExpectedRow(device, at: last, isKnown: !isBroken))
        case .shareRequest(let request?)?: rows.append(ExpectedRow(request, at: last, isKnown: !isBroken))
        default: break
        }
    }

    /// The rows of streams that have ended.
    mutating func takeRows() -> [ExpectedRow] {
        defer { rows.removeAll(keepingCapacity: true) }
        return rows
    }
}

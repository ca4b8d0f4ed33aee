import Canonical
import DeviceSharing

/// When a device could be logged in with, position by position. Most devices always could, from their first moment on.
struct DeviceHistory: Sendable {
    private var changes: [(position: Int64, isActive: Bool)] = []
    private var expiresAt: Timestamp?
    /// Something of its stream is not known, so nothing of this is.
    var isUnknown = false

    /// Takes note of the device as it is from a position on.
    mutating func add(_ device: Device, at position: Position) {
        expiresAt = device.expiresAt
        let isActive = device.activatedAt != nil
        if changes.last?.isActive != isActive { changes.append((position.rawValue, isActive)) }
    }

    /// Whether it was active as soon as its holder had it, and for good: nobody can have decided in between on a state in which
    /// the device was not yet in force, since issue, assignment and activation are recorded as one command.
    var isUsual: Bool {
        guard !isUnknown, expiresAt == nil, changes.count <= 2, let last = changes.last, last.isActive else { return false }
        return changes.count == 1 || last.position - changes[0].position <= 2
    }

    /// Whether it was in force, by the events before a position, at a moment.
    func isInForce(before position: Position, at moment: Timestamp) -> Bool {
        guard changes.last(where: { $0.position < position.rawValue })?.isActive == true else { return false }
        return expiresAt.map { moment < $0 } ?? true
    }
}

/// That a decision leaves a device of a user out of those in force. Whether it was not is known once the device's stream, which may
/// be anywhere, has been folded.
struct DeviceAbsence: Sendable {
    let device: DeviceID
    let part: FactClaim.Part
    let position: Position
    let decidedAt: Timestamp

    /// Number of the device's stream.
    var key: UInt64 { SpillRecord.key(of: StreamID.device(device).name) }

    /// Finds those that were in force after all.
    /// - Parameter usual: what a device is of which no history is kept: one that was always in force, or (nil) one of which nothing
    ///   is known.
    static func findings(
        _ absences: [DeviceAbsence], _ histories: [UInt64: DeviceHistory], withoutHistory usual: Bool?
    ) -> AuditFindings {
        var findings = AuditFindings()
        for absence in absences {
            var isInForce = usual
            if let history = histories[absence.key] {
                isInForce = history.isUnknown ? nil : history.isInForce(before: absence.position, at: absence.decidedAt)
            }
            guard isInForce == true else { continue }
            let difference = FactDifference(
                fact: "\(absence.part.name).devices.\(absence.device)", recorded: "not in force", actual: "in force")
            findings.add(AuditFinding(difference, at: absence.position))
        }
        return findings
    }
}

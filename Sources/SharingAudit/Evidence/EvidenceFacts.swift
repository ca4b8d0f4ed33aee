import Canonical
import DeviceSharing
import EventLog

/// Holds what decisions in an evidence file say that they saw against the events in the same file.
///
/// A file may have some events of a stream and give later ones by hashes. Only where everything between a stream's last event and a
/// decision is disclosed is it certain what the stream was when it was decided.
struct EvidenceFacts {
    private var fold = PartitionFold()
    /// What is certainly not so.
    private(set) var findings = AuditFindings()
    /// What is not so, unless the file lacks a later event of the stream.
    private(set) var doubts = AuditFindings()
    /// Claims that were compared.
    private(set) var compared = 0
    /// Claims on streams that the file does not hold from their first event on.
    private(set) var passedOver = 0

    /// - Parameters:
    ///   - seen: the event's decision and what it saw; nil where it holds none.
    ///   - hidden: the last position before it that is not disclosed; 0 for none.
    mutating func add(_ event: RecordedEvent, _ seen: SeenDecision?, hidden: Int64) {
        event.lend { event in
            do throws(EventDecodingError) {
                let version = event.version
                try FactClaim.forEach(of: event, seen) { check($0, of: $1, version, hidden: hidden) }
            } catch {
                // What cannot be read is counted by the verifier, and is part of no state here.
            }
            fold.add(event, key: SpillRecord.key(of: event.stream))
        }
    }

    /// - Parameter version: of the event that makes the claim.
    private mutating func check(_ claim: FactClaim, of stream: String, _ version: Int32, hidden: Int64) {
        var stream = stream
        stream.withUTF8 { name in
            let name = UnsafeRawBufferPointer(name)
            let key = SpillRecord.key(of: name)
            guard let end = fold.end(of: name, key: key) else {
                passedOver += 1
                return
            }
            var isCertain = end.position.rawValue > hidden
            if case .request = claim.subject {
                // Of the event's own stream: its version says whether something lies in between.
                guard end.version < version, end.version == version - 1 else {
                    passedOver += 1
                    return
                }
                isCertain = true
            }
            compared += 1
            for finding in fold.findings(on: claim, of: name, key: key) {
                if isCertain { findings.add(finding) } else { doubts.add(finding) }
            }
        }
    }

    /// What a stream has become by the events of the file; nil where that is not known.
    func endState(of stream: String) -> String? {
        var stream = stream
        return stream.withUTF8 { name in
            let name = UnsafeRawBufferPointer(name)
            return fold.endState(of: name, key: SpillRecord.key(of: name))
        }
    }

    /// To be called at the end of the file: what decisions leave out is compared when every event is known.
    /// - Parameter hidden: the last position that is not disclosed.
    mutating func end(hidden: Int64) {
        let absences = DeviceAbsence.findings(fold.absences, fold.deviceHistories(all: true), withoutHistory: nil)
        // What happened to a request in a state in which it cannot: its versions say that nothing lies in between.
        findings.add(fold.facts)
        if hidden == 0 { findings.add(absences) } else { doubts.add(absences) }
    }
}

extension RecordedEvent {
    /// Lends the event as readers of long logs have it.
    fileprivate func lend(_ body: (borrowing LentEvent) -> Void) {
        Array(stream.utf8).withUnsafeBytes { stream in
            Array(type.utf8).withUnsafeBytes { type in
                metadata.bytes.withUnsafeBytes { metadata in
                    data.bytes.withUnsafeBytes { data in
                        body(
                            LentEvent(
                                position: position, stream: stream, version: version, type: type, schemaVersion: schemaVersion,
                                recordedAt: recordedAt, metadata: metadata, data: data))
                    }
                }
            }
        }
    }
}

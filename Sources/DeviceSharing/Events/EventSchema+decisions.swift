import Canonical

extension EventSchema {
    /// Types of the events that can hold a decision of the policy.
    package static let decisionTypes = [
        EventType.shareRequestHeld, .shareRequestApproved, .shareRequestRejected,
    ].map(\.rawValue)

    /// Whether events of the type with this name, in UTF-8, can hold a decision of the policy.
    package static func isDecision(_ type: UnsafeRawBufferPointer) -> Bool {
        decisionTypes.contains { $0.utf8.count == type.count && $0.utf8.elementsEqual(type) }
    }

    /// Version, in its stream, of the event that holds the decision made at submission: the one behind the submission itself.
    package static let submissionDecisionVersion: Int32 = 2

    /// Where in the data of a decision its facts stand, with the comma before them: most of the bytes, of which no state is made.
    /// Nil for other events, and for what cannot be read.
    package static func facts(inDataOf type: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer) -> Range<Int>? {
        guard isDecision(type) else { return nil }
        var reader = CanonicalJSONReader(data)
        var found: Range<Int>?
        do throws(JSONError) {
            try reader.object { name, reader throws(JSONError) in
                let value = try reader.lent()
                guard name.bytes.isText("facts") else { return }
                let (start, end) = (name.range(in: data).lowerBound - 2, data.count - reader.remaining().count)
                // Members are sorted, and others of a decision come before.
                if start > 0, value.count > 0 { found = start..<end }
            }
        } catch {
            return nil
        }
        return found
    }
}

extension ShareRequestEvent {
    /// The decision that the policy made; nil where it made none.
    package var policyDecision: DecisionRecord? {
        switch self {
        case .held(let record, _, _), .approved(_, let record, _): record
        case .rejected(let rejection): rejection.decision
        default: nil
        }
    }
}

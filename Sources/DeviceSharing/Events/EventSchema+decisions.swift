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

    /// Where in an event's data stands what no state is made of, each part with the comma before it: of a decision the rules
    /// that passed and its policy, and its facts. That is most of the bytes. Empty for other events, and where the data cannot
    /// be read.
    package static func beyondState(
        ofType type: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer
    ) -> (rules: Range<Int>, facts: Range<Int>) {
        guard isDecision(type) else { return (0..<0, 0..<0) }
        var reader = CanonicalJSONReader(data)
        var (rules, facts) = (0..<0, 0..<0)
        // Members are sorted, so what is cut has another one before it, and the rules come before the facts.
        func part(_ name: CanonicalJSONReader.Name, _ reader: CanonicalJSONReader) -> Range<Int> {
            name.range(in: data).lowerBound - 2..<data.count - reader.remaining().count
        }
        do throws(JSONError) {
            try reader.object { name, reader throws(JSONError) in
                guard name.bytes.isText("decision") else {
                    try reader.skip()
                    if name.bytes.isText("facts") { facts = part(name, reader) }
                    return
                }
                try reader.object { name, reader throws(JSONError) in
                    try reader.skip()
                    switch name {
                    case "passed": rules = part(name, reader)
                    case "policy": rules = (rules.isEmpty ? part(name, reader) : rules.lowerBound..<part(name, reader).upperBound)
                    default: break
                    }
                }
            }
        } catch {
            return (0..<0, 0..<0)
        }
        guard rules.lowerBound >= 0, facts.isEmpty || rules.upperBound <= facts.lowerBound else { return (0..<0, 0..<0) }
        return (rules, facts.isEmpty ? rules.upperBound..<rules.upperBound : facts)
    }
}

extension ShareRequestEvent {
    /// The decision that the policy made; nil where it made none.
    package var policyDecision: DecisionRecord? {
        switch self {
        case .held(let record, _, _), .approved(_, let record, _): record
        case .rejected(let rejection): rejection.decision
        case .submitted, .withdrawn, .expired, .escalated, .claimed, .released, .noted, .endorsed, .activated, .ended: nil
        }
    }
}

extension EventSchema {
    /// Types of the events that can hold a decision of the policy.
    package static let decisionTypes = [
        EventType.shareRequestHeld, .shareRequestApproved, .shareRequestRejected,
    ].map(\.rawValue)

    /// Version, in its stream, of the event that holds the decision made at submission: the one behind the submission itself.
    package static let submissionDecisionVersion: Int32 = 2
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

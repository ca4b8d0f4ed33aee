import Canonical

/// Everything a policy may look at when it decides on one share request.
///
/// Facts know nothing of any policy: they name kinds of devices, not levels, and hold
/// comparisons, not identity data. They are recorded with the decision, so any policy, its
/// own or a candidate with another catalogue, can decide on them again years later.
public struct Facts: Hashable, Sendable {
    /// The user who wants to log in with another's device.
    public var requester: ParticipantFacts
    /// The user whose device is asked for.
    public var owner: ParticipantFacts
    /// The id of the device asked for, one of the owner's devices.
    public var device: String
    /// How many other users log in with that device now.
    public var sharedWith: Int
    public var identity: IdentityFacts
    /// The owner's consent as the portal obtained it; nil where none came with the request.
    public var consent: ConsentFacts?
    /// The requester's own session; nil where the portal did not say.
    public var session: SessionFacts?
    /// What the portal said of the things that the policy asks for; empty where it said nothing.
    public var inputs: InputValues
    /// What was counted of the log for this decision; empty where the policy counts nothing.
    public var counters: CounterValues
    public var submittedAt: Timestamp
    /// The moment of this decision; later than the submission when compliance approves.
    public var decidedAt: Timestamp

    public init(
        requester: ParticipantFacts, owner: ParticipantFacts, device: String, sharedWith: Int,
        identity: IdentityFacts, consent: ConsentFacts?, session: SessionFacts? = nil, inputs: InputValues = .none,
        counters: CounterValues = .none, submittedAt: Timestamp, decidedAt: Timestamp
    ) {
        self.requester = requester
        self.owner = owner
        self.device = device
        self.sharedWith = sharedWith
        self.identity = identity
        self.consent = consent
        self.session = session
        self.inputs = inputs
        self.counters = counters
        self.submittedAt = submittedAt
        self.decidedAt = decidedAt
    }
}

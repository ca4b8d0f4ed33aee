import Canonical

/// The device owner's consent, as the portal obtained it.
public struct ConsentFacts: Hashable, Sendable {
    /// How the owner consented, in the portal's words, such as `device-challenge`.
    public var method: String
    public var givenAt: Timestamp
    /// Where the portal keeps the evidence.
    public var reference: String

    public init(method: String, givenAt: Timestamp, reference: String) {
        self.method = method
        self.givenAt = givenAt
        self.reference = reference
    }
}

import Canonical
import EligibilityPolicy

/// A decision and the facts it was made on, as they stand in an event: canonical JSON, read when somebody asks.
public struct DecisionRecord: Hashable, Sendable {
    public let outcome: Outcome
    /// Codes of the rules that did not pass, the primary one first.
    public let reasons: [ReasonCode]
    /// Codes that clients are told in place of these; nil where the policy discloses each as itself.
    public let disclosed: [ReasonCode]?
    public let approvalsRequired: Int
    /// Canonical JSON; empty where only the state was asked for.
    package let decisionBytes: [UInt8]
    package let factsBytes: [UInt8]
    /// The decision where it was just made, so that nobody has to read it back from its bytes.
    private let made: Decision?

    package init(_ decision: Decision, on facts: Facts) {
        made = decision
        outcome = decision.outcome
        reasons = decision.reasons.map(\.code)
        disclosed = decision.disclosed?.map(\.code)
        approvalsRequired = decision.approvalsRequired
        var writer = CanonicalJSONWriter(reservingCapacity: 768)
        decision.write(to: &writer)
        decisionBytes = writer.bytes
        writer = CanonicalJSONWriter(reservingCapacity: 1_024)
        facts.write(to: &writer)
        factsBytes = writer.bytes
    }

    init(
        outcome: Outcome, reasons: [ReasonCode], disclosed: [ReasonCode]? = nil, approvalsRequired: Int, decisionBytes: [UInt8],
        factsBytes: [UInt8]
    ) {
        self.disclosed = disclosed
        self.outcome = outcome
        self.reasons = reasons
        self.approvalsRequired = approvalsRequired
        self.decisionBytes = decisionBytes
        self.factsBytes = factsBytes
        made = nil
    }

    /// As recorded: what was just made equals what was read.
    public static func == (left: DecisionRecord, right: DecisionRecord) -> Bool {
        left.outcome == right.outcome && left.reasons == right.reasons && left.disclosed == right.disclosed
            && left.approvalsRequired == right.approvalsRequired
            && left.decisionBytes == right.decisionBytes && left.factsBytes == right.factsBytes
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(outcome)
        hasher.combine(decisionBytes)
        hasher.combine(factsBytes)
    }

    /// Every rule's ruling. Throws `event-unreadable` where the log holds what this program cannot read.
    public func decision() throws(EventDecodingError) -> Decision {
        if let made { return made }
        return try Self.read("decision", decisionBytes, Decision.init(json:))
    }

    /// What the decision saw.
    public func facts() throws(EventDecodingError) -> Facts {
        try Self.read("facts", factsBytes, Facts.init(json:))
    }

    private static func read<Value>(
        _ name: String, _ bytes: [UInt8], _ read: (JSONValue) throws -> Value
    ) throws(EventDecodingError) -> Value {
        do {
            return try read(JSONValue(parsing: bytes))
        } catch {
            throw EventDecodingError(.malformedData, "\(name): \(error)")
        }
    }
}

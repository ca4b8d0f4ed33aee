import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog
import PostgreSQL
import Synchronization

/// Every policy that was ever activated in a ledger, by the digest under which decisions name it. A text is loaded when a
/// decision asks for it, and kept.
public final class PolicyArchive: Sendable {
    /// The activations, the oldest first.
    public let activations: [PolicyActivation]

    /// Where each activation stands in the log; empty where only a part of the log is known.
    private let positions: [Position]
    private let texts: [Digest: String]
    private let loaded = Mutex<[Digest: Policy]>([:])

    package init(activations: [PolicyActivation], at positions: [Position] = []) {
        self.activations = activations
        self.positions = positions
        texts = Dictionary(activations.map { ($0.digest, $0.text) }, uniquingKeysWith: { first, _ in first })
    }

    /// Whether this was the policy in force when the event at a position was decided; true where that cannot be told.
    package func wasInForce(_ digest: Digest, at position: Position) -> Bool {
        inForce(at: position).map { $0 == digest } ?? true
    }

    /// The policy in force when the event at a position was decided; nil where that cannot be told.
    package func inForce(at position: Position) -> Digest? {
        positions.lastIndex { $0 < position }.map { activations[$0].digest }
    }

    /// The policy of that digest; nil where the log has none. Throws `policy-invalid` where this program cannot read its text.
    public func policy(_ digest: Digest) throws(PolicyError) -> Policy? {
        if let policy = loaded.withLock({ $0[digest] }) { return policy }
        guard let text = texts[digest] else { return nil }
        let policy = try Policy.loadRecorded(text, file: "policy \(digest)")
        // A text that is not what the event says it is explains nothing.
        guard policy.digest == digest else { return nil }
        loaded.withLock { $0[digest] = policy }
        return policy
    }

    /// Every reason for which officers could ever reject, as the latest policy that lists it puts it. A text that this program
    /// cannot read lists none.
    public var rejectionReasons: [RejectionReason] { latest(\.rejectionReasons, by: \.id) }

    /// Every reason that a policy ever defined, as the latest one puts it. A text that this program cannot read defines none.
    public var reasons: [PolicyReason] { latest(\.reasons.reasons, by: \.id) }

    /// What the policies list, each once, as the latest that has it puts it.
    private func latest<Listed, ID: Hashable>(_ list: (Policy) -> [Listed], by id: (Listed) -> ID) -> [Listed] {
        var known: Set<ID> = []
        return readable.flatMap(list).filter { known.insert(id($0)).inserted }
    }

    /// The reasons of policies that clients were ever told of, in place of a rule's or of an officer's.
    package var reasonsForPortals: Set<String> {
        var told: Set<String> = []
        for policy in readable {
            told.formUnion(
                policy.reasons.reasons.filter { policy.reasons.disclosure(of: .ofPolicy($0.id)) == .itself }.map(\.id.rawValue))
            told.formUnion(policy.rejectionReasons.compactMap(policy.disclosed))
        }
        return told
    }

    /// Those that this program can read, the latest first.
    package var readable: some Sequence<Policy> {
        activations.reversed().lazy.compactMap { activation in try? self.policy(activation.digest) }
    }

    /// Reads the activations of a ledger. Throws `event-unreadable`.
    package static func read(_ reader: EventReader) async throws -> PolicyArchive {
        try await read(reader) { try $0.domainEvent() }
    }

    /// The same of a ledger that may be damaged: an activation that cannot be read is left out, so that decisions under it are
    /// under no known policy. Whoever verifies comes upon the event itself and names it.
    package static func readWhatIsReadable(_ reader: EventReader) async throws -> PolicyArchive {
        try await read(reader) { event in
            do throws(EventLogError) { return try event.domainEvent() } catch { return nil }
        }
    }

    private static func read(
        _ reader: EventReader, decode: (RecordedEvent) throws -> DomainEvent?
    ) async throws -> PolicyArchive {
        var (activations, positions): ([PolicyActivation], [Position]) = ([], [])
        for event in try await reader.stream(StreamID.sharingPolicy.name) {
            guard case .policy(.activated(let name, let version, let digest, let text)) = try decode(event) else { continue }
            activations.append(PolicyActivation(name: name, version: version, digest: digest, text: text))
            positions.append(event.position)
        }
        return PolicyArchive(activations: activations, at: positions)
    }
}

extension LedgerHandle {
    /// Every policy that was ever activated.
    public func policyArchive() async throws -> PolicyArchive {
        try await PolicyArchive.read(reader)
    }
}

import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog
import Transparency

/// Verifies an evidence file line by line, with nothing but the log's public keys: no database, no network, and no more
/// memory for a long file than for a short one.
public struct EvidenceVerifier {
    public struct Report: Sendable {
        /// Events that are disclosed.
        public var events: Int64 = 0
        /// Decisions among them that were made again.
        public var decisions = 0
        public var ledger = ""
        /// The signed checkpoint.
        public var checkpoint: Checkpoint?
    }

    /// Bytes of a line, at most.
    public static let longestLine = 64 << 20

    private let keys: [VerifierKey]
    private var encoding: LeafEncoding?
    private var tree = Frontier()
    private var report = Report()
    private var lines = 0
    private var isAtEnd = false
    private var wrongDecision: EvidenceError?
    private var activations: [PolicyActivation] = []
    private var archive = PolicyArchive(activations: [])

    /// - Parameter keys: those that the verifier trusts; what the file says of keys counts for nothing.
    public init(trusting keys: [VerifierKey]) { self.keys = keys }

    /// Name of the ledger, as the header has it; empty before the header.
    var ledger: String { report.ledger }

    /// Takes the next line, without its newline. Throws `EvidenceError`, which names the line.
    public mutating func add(_ line: [UInt8], onEvent: (LedgerEvent) -> Void = { _ in }) throws(EvidenceError) {
        lines += 1
        do throws(EvidenceError) {
            guard !isAtEnd else { throw EvidenceError(.malformed, "something follows the last line") }
            let line = try EvidenceLine(line)
            switch (line, encoding) {
            case (.header(let header), nil): try begin(header)
            case (.header, _?): throw EvidenceError(.malformed, "there is a second header")
            case (_, nil): throw EvidenceError(.malformed, "the first line is no header")
            case (.event(let event), let encoding?): try add(event, encoding, onEvent)
            case (.subtree(let level, let hash), _): try append(1 << UInt64(level), hash)
            case (.end(let events), _):
                guard events == report.events else {
                    throw EvidenceError(
                        .malformed, "the file says that it has \(events) events, and has \(report.events)")
                }
                isAtEnd = true
            }
        } catch {
            var error = error
            error.line = lines
            throw error
        }
    }

    private mutating func begin(_ header: EvidenceLine.Header) throws(EvidenceError) {
        do throws(TransparencyError) {
            report.checkpoint = try Checkpoint.open(SignedNote(parsing: header.checkpoint), trusting: keys)
        } catch {
            throw EvidenceError(.untrusted, "\(error)")
        }
        report.ledger = header.ledger
        encoding = LeafEncoding(ledger: Ledger(key: 0, name: header.ledger))
    }

    private mutating func add(_ event: RecordedEvent, _ encoding: LeafEncoding, _ onEvent: (LedgerEvent) -> Void)
        throws(EvidenceError)
    {
        guard event.position.rawValue == Int64(tree.size) + 1 else {
            throw EvidenceError(.malformed, "position \(event.position) stands where \(tree.size + 1) is due")
        }
        let hash = encoding.hash(
            stream: event.stream, version: event.version, type: event.type, schemaVersion: event.schemaVersion,
            recordedAt: event.recordedAt, metadata: event.metadata.bytes, data: event.data.bytes)
        try append(1, hash)
        report.events += 1
        redecide(event)
        if let shown = try? LedgerEvent(event) { onEvent(shown) }
    }

    private mutating func append(_ count: UInt64, _ hash: Digest) throws(EvidenceError) {
        guard tree.size + count <= report.checkpoint?.size ?? 0, let next = tree.appending(count, peaks: [hash]) else {
            throw EvidenceError(.malformed, "a subtree of \(count) events does not fit behind position \(tree.size)")
        }
        tree = next
    }

    /// Decisions under policies that the file holds, which come before them. What is wrong with one is told at the end, once it
    /// is known that the file is what was signed.
    private mutating func redecide(_ event: RecordedEvent) {
        guard wrongDecision == nil else { return }
        do {
            if case .policy(.activated(let name, let version, let digest, let text)) = try event.domainEvent(.full) {
                activations.append(PolicyActivation(name: name, version: version, digest: digest, text: text))
                archive = PolicyArchive(activations: activations)
            }
            guard let entry = try DecisionLog.entry(of: event) else { return }
            report.decisions += 1
            guard let difference = try DecisionReplay.difference(entry, under: entry.policyDigest(), archive) else { return }
            let gives = difference.decided.map { "gives \($0.outcome.rawValue)" } ?? "is not in the file"
            note(
                event.position,
                "recorded is \(difference.recorded.outcome.rawValue), the policy \(difference.recorded.policy) \(gives)"
            )
        } catch {
            note(event.position, "\(error)")
        }
    }

    private mutating func note(_ position: Position, _ what: String) {
        wrongDecision = EvidenceError(
            .decisionDiffers, "the file is what was signed, but position \(position) is not right: \(what)")
        wrongDecision?.line = lines
    }

    /// Call it at the end of the file. Throws unless the whole tree that was signed is there.
    public func end() throws(EvidenceError) -> Report {
        guard isAtEnd, let checkpoint = report.checkpoint else {
            throw EvidenceError(.malformed, "the file is cut off")
        }
        guard tree.size == checkpoint.size else {
            throw EvidenceError(.rootMismatch, "the file covers \(tree.size) events, signed were \(checkpoint.size)")
        }
        guard tree.root == checkpoint.root else {
            throw EvidenceError(
                .rootMismatch,
                "the file leads to the root \(tree.root), signed was \(checkpoint.root): something in it was changed")
        }
        if let wrongDecision { throw wrongDecision }
        return report
    }
}

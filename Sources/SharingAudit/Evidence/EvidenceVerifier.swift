import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog
import SharingLog
import Transparency

/// Verifies an evidence file line by line, with nothing but the log's public keys: no database, no network. In memory are what
/// is known of each stream that it has, and one line.
public struct EvidenceVerifier {
    public struct Report: Sendable {
        /// Events that are disclosed.
        public var events: Int64 = 0
        /// Decisions among them that were made again.
        public var decisions = 0
        public var ledger = ""
        /// The signed checkpoint.
        public var checkpoint: Checkpoint?
        /// Streams of which there is an event.
        public var streams = 0
        /// Streams of which every event up to the signed size is in the file, as the file shows.
        public var completeStreams = 0
        /// Versions of these streams that the file lacks; the first ones of so many.
        public var gaps: [EvidenceGap] = []
        public var gapCount = 0
        /// Events whose time is further behind one before them than clocks may be: the first, and how many there are.
        public var runsBack: Position?
        public var runsBackCount = 0
        /// Events that this program cannot read: the first, and how many there are. They are what was signed all the same.
        public var unreadable: Position?
        public var unreadableCount = 0
        /// What decisions say of users, devices and requests: how much was compared with the events of the file, and how much was
        /// not, since the file does not hold what it is about from the first event on.
        public var factsCompared = 0
        public var factsPassedOver = 0
        /// What decisions say that was not so, unless the file lacks an event in between: the first of them, and how many there are.
        public var doubts: [AuditFinding] = []
        public var doubtCount = 0
        /// What is proven of the streams that were asked for, in their order.
        public var statements: [EvidenceStatement] = []

        /// Whether nothing of a stream is missing before its last event in the file, and nothing in it makes one think so.
        public var isWhole: Bool { gapCount == 0 && doubtCount == 0 }
    }

    /// Bytes of a line without its newline, at most.
    public static let maximumLineLength = 16 << 20

    private let keys: [VerifierKey]
    private let origin: String?
    private let wanted: [String]
    private var encoding: LeafEncoding?
    private var tree = Frontier()
    private var report = Report()
    private var streams = EvidenceStreams()
    private var facts = EvidenceFacts()
    private var times = EventTimes()
    private var lines = 0
    private var isAtEnd = false
    private var wrongDecision: EvidenceError?
    private var activations: [PolicyActivation] = []
    private var archive = PolicyArchive(activations: [])

    /// - Parameters:
    ///   - keys: those that the verifier trusts; what the file says of keys counts for nothing.
    ///   - origin: the log's name; nil for the name of the key that signed.
    ///   - streams: names of streams of which `end` is to say what is proven.
    public init(trusting keys: [VerifierKey], origin: String? = nil, stating streams: [String] = []) {
        self.keys = keys
        self.origin = origin
        wanted = streams
    }

    /// Name of the ledger, as the header has it; empty before the header.
    var ledger: String { report.ledger }

    /// Takes the next line, without its newline. Throws `EvidenceError`, which names the line.
    public mutating func add(_ line: [UInt8], onEvent: (LedgerEvent) -> Void = { _ in }) throws(EvidenceError) {
        lines += 1
        do throws(EvidenceError) {
            guard !isAtEnd else { throw EvidenceError(.malformed, "something follows the last line") }
            let line = try EvidenceLine(line)
            guard let encoding else {
                guard case .header(let header) = line else {
                    throw EvidenceError(.malformed, "the first line is no header")
                }
                return try begin(header)
            }
            switch line {
            case .header: throw EvidenceError(.malformed, "there is a second header")
            case .event(let event): try add(event, encoding, onEvent)
            case .subtree(let level, let hash):
                try append(1 << UInt64(level), hash)
                streams.hide(through: tree.size)
            case .end(let events):
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
            report.checkpoint = try Checkpoint.open(SignedNote(parsing: header.checkpoint), trusting: keys, origin: origin)
        } catch {
            throw EvidenceError(.untrusted, "\(error)")
        }
        report.ledger = header.ledger
        encoding = LeafEncoding(ledger: Ledger(key: 0, name: header.ledger))
    }

    private mutating func add(_ event: RecordedEvent, _ encoding: LeafEncoding, _ onEvent: (LedgerEvent) -> Void)
        throws(EvidenceError)
    {
        guard UInt64(event.position.rawValue) - 1 == tree.size else {
            throw EvidenceError(.malformed, "position \(event.position) stands behind \(tree.size) events")
        }
        let hash = encoding.hash(
            stream: event.stream, version: event.version, type: event.type, schemaVersion: event.schemaVersion,
            recordedAt: event.recordedAt, metadata: event.metadata.bytes, data: event.data.bytes)
        try append(1, hash)
        report.events += 1
        let isRepair = EventTimes.isRepair(type: EventType(rawValue: event.type), stream: StreamID(name: event.stream))
        times.add(event.recordedAt, at: event.position, isRepair: isRepair)
        (report.runsBack, report.runsBackCount) = (times.first, times.count)
        let seen = redecide(event)
        facts.add(event, seen, hidden: streams.hidden)
        streams.add(event)
        if let shown = try? LedgerEvent(event) { onEvent(shown) }
    }

    private mutating func append(_ count: UInt64, _ hash: Digest) throws(EvidenceError) {
        // The size of a forged file may be near the largest number.
        guard count <= (report.checkpoint?.size ?? 0) - tree.size, let next = tree.appending(count, peaks: [hash]) else {
            throw EvidenceError(.malformed, "a subtree of \(count) events does not fit behind position \(tree.size)")
        }
        tree = next
    }

    /// Decisions under policies that the file holds, which come before them. What is wrong with one is told at the end, once it
    /// is known that the file is what was signed.
    ///
    /// Returns what a decision saw.
    private mutating func redecide(_ event: RecordedEvent) -> SeenDecision? {
        do {
            if case .policy(.activated(let name, let version, let digest, let text)) = try event.domainEvent(.full) {
                activations.append(PolicyActivation(name: name, version: version, digest: digest, text: text))
                archive = PolicyArchive(activations: activations)
            }
        } catch {
            report.unreadableCount += 1
            report.unreadable = report.unreadable ?? event.position
        }
        do {
            let entry: DecisionLog.Entry
            switch try DecisionLog.found(in: event) {
            case .decision(let found)?: entry = found
            case .rejection(_, let rejection)?:
                if let problem = RejectionDisclosure.problem(rejection, at: event.position, archive) {
                    note(event.position, "the rejection \(problem)")
                }
                return nil
            case nil: return nil
            }
            report.decisions += 1
            let seen = try SeenDecision(entry)
            if let policy = try archive.policy(entry.policyDigest()),
                let difference = seen.facts.counterDifferences(under: policy).first
            {
                note(event.position, "\(difference)")
            }
            guard let difference = try DecisionReplay.difference(entry, seen.facts, under: entry.policyDigest(), archive) else {
                return seen
            }
            let gives = difference.decided.map { "gives \($0.outcome.rawValue)" } ?? "is not in the file"
            note(
                event.position,
                "recorded is \(difference.recorded.outcome.rawValue), the policy \(difference.recorded.policy) \(gives)"
            )
            return seen
        } catch {
            note(event.position, "\(error)")
            return nil
        }
    }

    private mutating func note(_ position: Position, _ what: String) {
        guard wrongDecision == nil else { return }
        wrongDecision = EvidenceError(
            .decisionDiffers, "the file is what was signed, but position \(position) is not right: \(what)")
        wrongDecision?.line = lines
    }

    /// Call it at the end of the file. Throws unless the whole tree that was signed is there, and an event in it: the ledger's
    /// name is a part of events alone, and a file without any proves nothing.
    public func end() throws(EvidenceError) -> Report {
        guard isAtEnd, let checkpoint = report.checkpoint else {
            throw EvidenceError(.malformed, "the file is cut off")
        }
        guard report.events > 0 else {
            throw EvidenceError(.malformed, "the file discloses no event, so it proves nothing, not even whose log it is")
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
        var (report, facts) = (report, facts)
        facts.end(hidden: streams.hidden)
        if let first = facts.findings.inOrder.first {
            throw EvidenceError(.factDiffers, "the file is what was signed, but \(first)")
        }
        (report.factsCompared, report.factsPassedOver) = (facts.compared, facts.passedOver)
        (report.doubts, report.doubtCount) = (facts.doubts.inOrder, facts.doubts.count)
        (report.streams, report.completeStreams) = (streams.count, streams.completeCount)
        (report.gaps, report.gapCount) = (streams.gaps, streams.gapCount)
        report.statements = wanted.map { name in
            var statement = streams.statement(of: name)
            statement.endState = facts.endState(of: name)
            return statement
        }
        return report
    }
}

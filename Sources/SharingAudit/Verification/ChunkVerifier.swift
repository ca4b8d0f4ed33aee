import Canonical
import DeviceSharing
import EventLog
import PostgreSQL
import SharingLog
import Transparency

/// Checks a run of positions by itself, so that several can be checked at the same time: what rows hold against their leaf
/// hashes, these against the tree that was sealed, decisions against their policies, and the signatures of checkpoints.
struct ChunkVerifier: Sendable {
    /// Events of a chunk: those under one tile of level 1.
    static let size = Int64(TileCoordinate.fullWidth * TileCoordinate.fullWidth)

    let ledger: Ledger
    let pool: Pool
    /// Events that were sealed when the verification began.
    let sealed: Int64
    /// Where the ledger ended when the verification began.
    let head: Int64
    /// Nil: decisions are not made again.
    let policies: PolicyArchive?
    /// Empty: signatures are not checked.
    let keys: [VerifierKey]
    /// The log's name; nil for the name of the key that signed.
    let origin: String?
    /// Where events go on to, for the read models and for what decisions say that they saw; nil: neither is checked.
    let spill: LogSpill?

    /// What a chunk came to.
    struct Report: Sendable {
        let number: Int64
        var events: Int64 = 0
        var decisions = 0
        /// Events whose data are in archives.
        var detached: Int64 = 0
        var findings = AuditFindings()
        /// The chunk's own tree.
        var tree = Frontier()
        /// Where a checkpoint stands in the chunk, and the chunk's tree there.
        var checkpoints: [(checkpoint: SealedCheckpoint, tree: Frontier)] = []
        /// A hash of the tree is not known, so no checkpoint from here on can be compared.
        var isBroken = false
        var times = EventTimes()
    }

    func verify(_ number: Int64) async throws -> Report {
        let (start, end) = (number * Self.size, min((number + 1) * Self.size, head))
        var work = ChunkWork(
            report: Report(number: number), encoding: LeafEncoding(ledger: ledger), policies: policies,
            next: start + 1,
            sealed: try await SealedChunk(number, sealed: sealed, ledger: ledger, pool: pool))
        let queries = TreeQueries(ledger: ledger)
        let rows = try await pool.withConnection { connection in
            try await connection.query(queries.checkpoints(after: start, upTo: end))
        }.rows
        work.due = try rows.map(SealedCheckpoint.init)[...]
        for checkpoint in work.due { check(checkpoint, &work.report.findings) }
        work = try await read(number, into: work) { work, event in try work.add(event) }
        work.skip(to: end + 1)
        work.finish()
        var report = work.report
        let missing = try await archivedRows.findings(work.emptied, in: start + 1...start + Self.size)
        report.detached = Int64(work.emptied.count)
        report.findings.add(missing)
        return report
    }

    private var archivedRows: ArchivedRows { ArchivedRows(ledger: ledger, pool: pool) }

    /// Spills the events of a chunk that was checked before, and looks whether data are gone by now.
    func spillOnly(_ number: Int64) async throws -> AuditFindings {
        guard spill != nil else { return AuditFindings() }
        let hasPolicies = policies != nil
        let emptied = try await read(number, into: [Int64]()) { emptied, event in
            if event.isDetached {
                emptied.append(event.position.rawValue)
                return nil
            }
            guard hasPolicies else { return nil }
            do {
                return try DecisionLog.entry(of: event).map { try SeenDecision($0) }
            } catch is EventLogError {
                // It was readable when the chunk was checked. What was changed since is found when all is checked again.
                return nil
            }
        }
        return try await archivedRows.findings(emptied, in: number * Self.size + 1...(number + 1) * Self.size)
    }

    /// Hands each event of a chunk to `add`, which returns the decision that it read, and on to the spill.
    private func read<Work: Sendable>(
        _ number: Int64, into work: Work, _ add: (inout Work, borrowing LentEvent) throws -> SeenDecision?
    ) async throws -> Work {
        let (start, end) = (number * Self.size, min((number + 1) * Self.size, head))
        let reader = EventReader(ledger: ledger, pool: pool)
        return try await reader.copy(after: Position(rawValue: start), through: Position(rawValue: end)) { batches in
            var work = work
            let withFacts = policies != nil
            var buffer = spill.map { SpillBuffer($0, run: number, withFacts: withFacts) }
            for try await batch in batches {
                try batch.forEach { event in
                    let seen = try add(&work, event)
                    if withFacts { buffer?.addClaims(of: event, seen) }
                    buffer?.add(event)
                }
                try await buffer?.flush()
            }
            try await buffer?.flush(isEnd: true)
            return work
        }
    }

    private func check(_ checkpoint: SealedCheckpoint, _ findings: inout AuditFindings) {
        guard !keys.isEmpty else { return }
        do throws(TransparencyError) {
            _ = try checkpoint.open(trusting: keys, origin: origin)
        } catch {
            findings.add(
                AuditFinding(
                    .checkpointUntrusted, at: Position(rawValue: Int64(clamping: checkpoint.size)),
                    "the checkpoint of \(checkpoint.size) events: \(error)"))
        }
    }
}

/// The events of one chunk, one after the other.
private struct ChunkWork: Sendable {
    var report: ChunkVerifier.Report
    let encoding: LeafEncoding
    let policies: PolicyArchive?
    /// Positions whose data are gone.
    private(set) var emptied: [Int64] = []
    /// The position that is due.
    var next: Int64
    let sealed: SealedChunk
    var due: ArraySlice<SealedCheckpoint> = []
    /// The tile that is being filled: the chunk's tree has the full ones.
    private var tile = Frontier()
    private var buffer: [UInt8] = []

    init(
        report: ChunkVerifier.Report, encoding: LeafEncoding, policies: PolicyArchive?, next: Int64,
        sealed: SealedChunk
    ) {
        self.report = report
        self.encoding = encoding
        self.policies = policies
        self.next = next
        self.sealed = sealed
        self.report.findings.add(sealed.findings)
    }

    /// Returns what a decision saw, where the event is what it was.
    mutating func add(_ event: borrowing LentEvent) throws -> SeenDecision? {
        let position = event.position
        skip(to: position.rawValue)
        let isRepair = EventTimes.isRepair(type: EventType(utf8: event.type), stream: StreamID(utf8: event.stream))
        report.times.add(event.recordedAt, at: position, isRepair: isRepair)
        let stored = Digest(bytes: event.leafHash)
        let signed = sealedHash(next)
        let hash = event.isDetached ? emptied(event, stored) : encoding.hash(event, buffer: &buffer)
        var seen: SeenDecision?
        if hash == stored, signed.map({ $0 == hash }) ?? true {
            seen = try redecide(event)
        } else {
            note(event, hash, stored, signed)
        }
        // Where it is known what was sealed, the tree is made of that: so a wrong event is named by itself, and not by every
        // checkpoint behind it.
        append(signed ?? hash)
        report.events += 1
        return seen
    }

    /// The hash of an event without data: the one beside it, which must be the one that was sealed. Only requests can be in an
    /// archive; whether this one is, is looked up when the chunk has been read.
    private mutating func emptied(_ event: borrowing LentEvent, _ stored: Digest?) -> Digest {
        if case .shareRequest? = StreamID(utf8: event.stream) {
            emptied.append(event.position.rawValue)
        } else {
            report.findings.add(ArchivedRows.dataMissing(at: event.position))
        }
        return stored ?? MerkleTree.emptyRoot
    }

    private mutating func note(_ event: borrowing LentEvent, _ hash: Digest, _ stored: Digest?, _ signed: Digest?) {
        let what =
            "\(String(decoding: event.type, as: UTF8.self)), version \(event.version) of \(String(decoding: event.stream, as: UTF8.self))"
        if let signed, signed != hash {
            let row = stored == hash && !event.isDetached ? "made to fit" : stored?.description ?? "no hash"
            report.findings.add(
                AuditFinding(
                    .sealedEventDiffers, at: event.position,
                    "the event (\(what)) is not what was sealed here: the tree has \(signed), \(event.isDetached ? "its data are gone" : "its columns give \(hash)"), its leaf hash is \(row)"
                ))
        } else {
            report.findings.add(
                AuditFinding(
                    .leafHashDiffers, at: event.position,
                    "the event (\(what)) gives the leaf hash \(hash), but has \(stored.map(\.description) ?? "no hash")"
                ))
        }
    }

    /// Positions that are due but not there.
    mutating func skip(to position: Int64) {
        guard position > next else { return }
        let missing =
            position - 1 == next ? "the event is missing" : "the events up to position \(position - 1) are missing"
        report.findings.add(AuditFinding(.positionMissing, at: Position(rawValue: next), missing))
        while next < position {
            if let signed = sealedHash(next) {
                append(signed)
            } else {
                report.isBroken = true
                append(MerkleTree.emptyRoot)
            }
        }
    }

    private func sealedHash(_ position: Int64) -> Digest? {
        let place = Int(position - sealed.number * ChunkVerifier.size - 1)
        return place < sealed.leaves.count ? sealed.leaves[place] : nil
    }

    private mutating func append(_ hash: Digest) {
        tile.append(hash)
        if tile.size == TileCoordinate.fullWidth { closeTile() }
        while let checkpoint = due.first, Int64(checkpoint.size) == next {
            report.checkpoints.append((checkpoint, tree))
            due.removeFirst()
        }
        next += 1
    }

    /// The chunk's tree so far. A tile begins where a subtree of its height does, so it always fits.
    private var tree: Frontier { report.tree.appending(tile.size, peaks: tile.peaks) ?? report.tree }

    /// The root of a full tile against the one that is stored.
    private mutating func closeTile() {
        let root = tile.root
        let place = Int(report.tree.size) / TileCoordinate.fullWidth
        report.tree = tree
        tile = Frontier()
        guard place < sealed.roots.count, (place + 1) * TileCoordinate.fullWidth <= sealed.leaves.count,
            root != sealed.roots[place]
        else { return }
        report.findings.add(
            AuditFinding(
                .tileDiffers, at: Position(rawValue: next - Int64(TileCoordinate.fullWidth) + 1),
                "\(TileCoordinate(level: 1, index: UInt64(sealed.number))) has another hash at place \(place) than the tile below it gives"
            ))
    }

    /// There are no more events.
    mutating func finish() { report.tree = tree }

    private mutating func redecide(_ event: borrowing LentEvent) throws -> SeenDecision? {
        guard let policies, !event.isDetached else { return nil }
        do {
            let entry: DecisionLog.Entry
            switch try DecisionLog.found(in: event) {
            case .decision(let found)?: entry = found
            case .rejection(let request, let rejection)?:
                if let problem = RejectionDisclosure.problem(rejection, at: event.position, policies) {
                    report.findings.add(
                        AuditFinding(.decisionDiffers, at: event.position, "the rejection of request \(request) \(problem)"))
                }
                return nil
            case nil: return nil
            }
            report.decisions += 1
            let policy = try entry.policyDigest()
            let seen = try SeenDecision(entry)
            if !policies.wasInForce(policy, at: event.position) {
                report.findings.add(
                    AuditFinding(
                        .policySuperseded, at: event.position,
                        "request \(entry.request) was decided by the policy \(policy), and another one was in force"))
            }
            if let known = try policies.policy(policy) {
                for difference in seen.facts.counterDifferences(under: known) {
                    report.findings.add(AuditFinding(difference, at: event.position))
                }
            }
            guard let difference = try DecisionReplay.difference(entry, seen.facts, under: policy, policies) else { return seen }
            let gives = difference.decided.map { "gives \($0.outcome.rawValue)" } ?? "is not in the log"
            report.findings.add(
                AuditFinding(
                    .decisionDiffers, at: event.position,
                    "request \(difference.request): recorded is \(difference.recorded.outcome.rawValue), the policy \(difference.recorded.policy) \(gives)"
                ))
            return seen
        } catch let error as EventLogError {
            report.findings.add(AuditFinding(.eventUnreadable, at: event.position, error.message))
            return nil
        }
    }
}

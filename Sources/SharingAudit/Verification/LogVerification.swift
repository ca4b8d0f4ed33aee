import Canonical
import DeviceSharing
import EventLog
import Foundation
import PostgreSQL
import SharingLog
import Transparency

/// Checks a whole log: every event against its leaf hash and against what was sealed, every checkpoint, the gap-freeness of
/// positions and of versions, every decision against its policy and against the log that it was made on, every row of the read
/// models against the log.
///
/// It only reads, so a read replica will do, and hardly needs more memory for a long log than for a short one. It keeps of the
/// log what states are made of, and what decisions say of them, in a temporary file. Where policies have used counters, it keeps
/// users and devices in memory too, about two kilobytes for a user with a device.
///
/// Comparisons of identities, which rest on fingerprints that can be erased, are the one fact of a decision that is not compared.
public struct LogVerification: Sendable {
    public struct Options: Sendable {
        /// Public keys of the log; empty where signatures are not to be checked.
        public var keys: [VerifierKey] = []
        /// Whether, with a key, it is a finding that a position is covered by no checkpoint. A backup may have been made just before
        /// its last events were sealed.
        public var demandsCover = true
        /// The log's name; nil for the name of the key that signed.
        public var origin: String?
        /// Checkpoints that somebody kept, which were found to be signed: the log must still have each.
        public var kept: [Checkpoint] = []
        /// For how long it is waited, once everything was read, for an engine to seal the last events.
        public var sealingPatience: Duration = .zero
        /// Connections that read at the same time: twice as many as cores, since one that waits for the database needs none.
        public var readers = 2 * ProcessInfo.processInfo.activeProcessorCount
        /// Whether decisions are made again, and what they say that they saw is compared with the log.
        public var checksDecisions = true
        public var checksReadModels = true
        /// Files of archives, to be compared with what the log says of them.
        public var archives: [ArchiveFile] = []

        public init() {}
    }

    public struct Report: Sendable {
        public var events: Int64 = 0
        public var decisions = 0
        /// Events whose data are in archives: their leaf hashes are those that were sealed, and what they say is not looked at.
        public var detached: Int64 = 0
        public var checkpoints = 0
        public var streams = 0
        /// Events in the newest checkpoint; 0 where there is none.
        public var sealed: Int64 = 0
        /// Events whose time is further behind one before them than clocks may be: the first, and how many there are at least.
        public var runsBack: Position?
        public var runsBackCount = 0
        /// Events that say that the ledger's time was set right: steps back there are explained, and not counted.
        public var clockRepairs: [RecordedClockRepair] = []
        /// The root of the whole log.
        public var root: Digest
        /// The first ones, in the order of positions.
        public var findings: [AuditFinding] = []
        public var findingCount = 0
        /// Those of the findings that are about what an event says that was not so.
        public var factDifferences = 0
    }

    /// What is going on, and what is counted: events, and partitions of the read models.
    public enum Part: String, Sendable {
        case events
        case readModels = "read models"
    }

    public typealias Progress = @Sendable (_ part: Part, _ done: Int64, _ total: Int64) -> Void

    private let settings: LedgerSettings
    private let options: Options

    public init(_ settings: LedgerSettings, options: Options = Options()) {
        self.settings = settings
        self.options = options
    }

    /// - Parameters:
    ///   - state: where an earlier run stopped; nil to begin at the beginning.
    ///   - keep: told now and then where it is, so that it can go on there.
    public func run(
        from state: VerificationState? = nil, progress: @escaping Progress = { _, _, _ in },
        keep: (VerificationState) throws -> Void = { _ in }
    ) async throws -> Report {
        let pool = Pool(configuration: settings.auditPool(connections: options.readers + 2))
        do {
            let report = try await run(pool, from: state, progress: progress, keep: keep)
            await pool.shutdown()
            return report
        } catch {
            await pool.shutdown()
            throw error
        }
    }

    private func run(
        _ pool: Pool, from state: VerificationState?, progress: @escaping Progress,
        keep: (VerificationState) throws -> Void
    ) async throws -> Report {
        let ledger = try await LedgerDirectory(pool: pool).ledger(named: settings.ledger)
        let (starts, begin) = AsyncStream.makeStream(of: Start.self)
        async let rows: Void = readRows(ledger, pool, begin)
        var start: Start?
        for await told in starts { start = told }
        guard let start else {
            try await rows
            throw CancellationError()
        }
        let (ends, spill) = (start.ends, start.spill)
        let archives = try await ArchiveEntry.readWhatIsGood(EventReader(ledger: ledger, pool: pool))
        var chain = CheckpointChain(ends: ends, resuming: state?.belongs(to: ledger, ends) == true ? state : nil)
        let verifier = ChunkVerifier(
            ledger: ledger, pool: pool, sealed: ends.sealed, head: ends.last,
            policies: options.checksDecisions
                ? try await PolicyArchive.readWhatIsReadable(EventReader(ledger: ledger, pool: pool)) : nil,
            keys: options.keys, origin: options.origin, spill: spill)
        try await verifyChunks(verifier, &chain) { chain in
            progress(.events, Int64(chain.frontier.size), ends.last)
            try keep(chain.state(of: ledger))
        }
        chain.findings.add(try await UpperTiles(ledger: ledger, pool: pool, sealed: ends.sealed).findings())
        let seals = CheckpointCover(ledger: ledger, pool: pool, options: options)
        chain.findings.add(try await seals.findings(ends, chain.frontier))
        if let policies = verifier.policies {
            let last = Position(rawValue: ends.last)
            chain.findings.add(
                try await CounterVerification(ledger: ledger, pool: pool, policies: policies).findings(through: last))
        }
        try await rows
        var report = chain.report
        if let spill {
            let folded = try await ReadModelVerifier(
                ledger: ledger, spill: spill, comparesRows: options.checksReadModels
            ).run {
                progress(.readModels, Int64($0), Int64($1))
            }
            chain.findings.add(folded.findings)
            report.streams = folded.streams
        }
        let archivesNow = try await ArchiveEntry.readWhatIsGood(EventReader(ledger: ledger, pool: pool))
        for file in options.archives { chain.findings.add(ArchivedRows.findings(on: file, archivesNow)) }
        // What moved meanwhile was there for one look and gone for the next.
        if chain.findings.list.contains(where: \.isAboutArchives), archivesNow != archives {
            throw EngineError(.archiveUnusable, "data moved to or from an archive while the log was verified; run it again")
        }
        report.clockRepairs = try await EventReader(ledger: ledger, pool: pool).stream(StreamID.clock.name).compactMap { event in
            guard event.computedLeafHash(in: ledger) == event.leafHash, event.position.rawValue <= ends.last else { return nil }
            return (try? LedgerEvent(event)).flatMap(RecordedClockRepair.init)
        }
        report.findings = chain.findings.inOrder
        report.findingCount = chain.findings.count
        report.factDifferences = chain.findings.factDifferences
        return report
    }

    /// Where the log ends for a run, and the spill for what is up to there.
    private struct Start: Sendable {
        let ends: LogEnds
        let spill: LogSpill?
    }

    /// Tells where the log ends, and spills the rows of the read models as of that moment: commands may go on meanwhile.
    private func readRows(_ ledger: Ledger, _ pool: Pool, _ begin: AsyncStream<Start>.Continuation) async throws {
        defer { begin.finish() }
        try await pool.withConnection { connection in
            try await connection.transaction(isolation: .repeatableRead, readOnly: true) { snapshot in
                // Before the snapshot is taken: a rebuild that swaps the tables behind it would leave it with empty ones.
                if options.checksReadModels { try await snapshot.execute(script: ReadModelTable.lock) }
                let ends = try await LogEnds.read(ledger, on: snapshot)
                let spill = options.checksReadModels || options.checksDecisions ? try LogSpill(events: ends.last) : nil
                begin.yield(Start(ends: ends, spill: spill))
                begin.finish()
                guard options.checksReadModels, let spill else { return }
                try await ReadModelVerifier(ledger: ledger, spill: spill, comparesRows: true).spillRows(snapshot)
            }
        }
    }

    /// Chunks are checked side by side and taken in order.
    private func verifyChunks(
        _ verifier: ChunkVerifier, _ chain: inout CheckpointChain, taken: (CheckpointChain) throws -> Void
    ) async throws {
        let count = (verifier.head + ChunkVerifier.size - 1) / ChunkVerifier.size
        var begun = Int64(chain.frontier.size) / ChunkVerifier.size
        for number in 0..<begun { chain.findings.add(try await verifier.spillOnly(number)) }
        var due = begun
        try await withThrowingTaskGroup(of: ChunkVerifier.Report.self) { group in
            var early: [Int64: ChunkVerifier.Report] = [:]
            while due < count {
                while begun < count, begun - due < Int64(options.readers) {
                    let number = begun
                    group.addTask { try await verifier.verify(number) }
                    begun += 1
                }
                guard let report = try await group.next() else { break }
                early[report.number] = report
                while let next = early.removeValue(forKey: due) {
                    chain.take(next)
                    due += 1
                    try taken(chain)
                }
            }
        }
    }
}

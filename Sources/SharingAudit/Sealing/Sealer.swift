import Canonical
import EventLog
import PostgreSQL
import SharingLog
import Transparency

/// Signs the ledger's tree as it grows. Of several processes one seals at a time, by a lock that ends with the transaction.
struct Sealer: Sendable {
    /// Sets the lock of sealing apart from other advisory locks ("seal" in ASCII); its second key is the ledger's.
    private static let lock: Int32 = 0x7365_616C
    /// Events read at once.
    private static let page: Int64 = 10_000

    let ledger: Ledger
    let pool: Pool
    let configuration: SealingConfiguration
    let clock: @Sendable () -> Timestamp

    private var queries: TreeQueries { TreeQueries(ledger: ledger) }

    /// Signs what has been appended since the last checkpoint. Nil where nothing has, or where another process seals. Throws
    /// what `EngineError` calls `log-shrunk`, `log-rewritten`, `tree-damaged`, `checkpoint-untrusted`, `witness-unusable` and
    /// `witnesses-missing`, and then has signed nothing.
    func seal() async throws -> SealedCheckpoint? {
        guard try await hasGrown() else { return nil }
        return try await pool.withConnection { connection in
            try await connection.transaction { connection in try await seal(on: connection) }
        }
    }

    /// One cheap look, since mostly nothing has happened.
    private func hasGrown() async throws -> Bool {
        let latest = Statement("SELECT coalesce(max(size), 0) FROM devshare.checkpoint WHERE ledger = $1", [ledger.key])
        let statements = [LedgerHead.statement(ledger), latest]
        let results = try await pool.withConnection { connection in try await connection.pipeline(statements) }
        guard let head = try results[0].rows.first.map(LedgerHead.init) else { return false }
        let sealed: Int64 = try results[1].rows[0].decode(0)
        // Fewer events than were sealed: the sealing itself says what that means.
        return head.position.rawValue != sealed
    }

    private func seal(on connection: Connection) async throws -> SealedCheckpoint? {
        let isOurs: Bool = try await connection.query("SELECT pg_try_advisory_xact_lock($1, $2)", Self.lock, ledger.key)
            .rows[0].decode(0)
        guard isOurs else { return nil }
        let results = try await connection.pipeline([LedgerHead.statement(ledger), queries.latest()])
        guard let head = try results[0].rows.first.map(LedgerHead.init)?.position.rawValue else { return nil }
        let previous = try results[1].rows.first.map(SealedCheckpoint.init)
        let sealed = Int64(previous?.size ?? 0)
        guard head >= sealed else {
            throw EngineError(.logShrunk, "the last checkpoint is of \(sealed) events, but the ledger has \(head)")
        }
        guard head > sealed else { return nil }
        if let previous { try check(previous) }

        let witnessed = try await witnessed(head: head)
        var builder = try await builder(after: previous, on: connection)
        let end = min(head, max(sealed + Int64(clamping: configuration.maximumEvents), Int64(witnessed.last?.size ?? 0)))
        try await compare(witnessed.filter { $0.size < builder.size }, size: builder.size, on: connection)
        try await append(through: end, to: &builder, comparing: witnessed, on: connection)

        let checkpoint = try Checkpoint(
            origin: configuration.origin, size: builder.size, root: builder.root,
            extensions: WitnessCount(configuration.witnesses.count).extensions)
        let note = try checkpoint.signed(by: configuration.signers)
        let now = clock()
        // Shown before it is written: what the database holds, a witness has seen. Should the transaction fail, the events
        // that were signed are committed all the same, and the next checkpoint extends this one.
        for witness in configuration.witnesses { try await publish(note, size: checkpoint.size, to: witness) }
        let grown = builder.takeGrown()
        _ = try await connection.query(
            "SELECT devshare.checkpoint_seal($1, $2, $3, $4, $5, $6, $7, $8, $9)", ledger.key, sealed, end,
            checkpoint.root.bytes,
            note.description, now, grown.map { Int16(clamping: $0.coordinate.level) },
            grown.map { Int64(clamping: $0.coordinate.index) },
            grown.map(\.hashes.concatenated))
        return SealedCheckpoint(size: checkpoint.size, root: checkpoint.root, note: note.description, sealedAt: now)
    }

    /// That the newest checkpoint of the database was signed by a key of ours, and that it was not shown to more witnesses than
    /// the next one will be: a process that knows fewer of them could not see that the log was rewritten.
    private func check(_ checkpoint: SealedCheckpoint) throws(EngineError) {
        let before: WitnessCount
        do throws(TransparencyError) {
            before = WitnessCount(
                of: try checkpoint.open(trusting: configuration.trustedKeys, origin: configuration.origin))
        } catch {
            throw EngineError(.checkpointUntrusted, "the checkpoint of \(checkpoint.size) events: \(error)")
        }
        guard configuration.witnesses.count >= before.number || configuration.allowsFewerWitnesses else {
            throw EngineError(
                .witnessesMissing,
                "the checkpoint of \(checkpoint.size) events was shown to \(before.number) witnesses; \(configuration.witnesses.count) are configured"
            )
        }
    }

    // MARK: The tree

    /// The tree as it was sealed, from its tiles. Throws `tree-damaged` where they do not give the root that was signed.
    private func builder(after previous: SealedCheckpoint?, on connection: Connection) async throws -> TileBuilder {
        guard let previous else { return TileBuilder() }
        let tiles = try await queries.tiles(TileBuilder.edge(ofTreeOfSize: previous.size), on: connection)
        do throws(TransparencyError) {
            let builder = try TileBuilder(size: previous.size, tiles: tiles)
            if builder.root == previous.root { return builder }
        } catch {
            throw EngineError(.treeDamaged, "\(error)")
        }
        throw EngineError(
            .treeDamaged, "the stored tiles do not give the root of the checkpoint of \(previous.size) events")
    }

    private func append(
        through end: Int64, to builder: inout TileBuilder, comparing witnessed: [Checkpoint], on connection: Connection
    ) async throws {
        var due = witnessed.filter { $0.size >= builder.size }[...]
        func compareIfDue(_ builder: TileBuilder) throws(EngineError) {
            while let next = due.first, next.size == builder.size {
                try Self.compare(next, with: builder.root)
                due.removeFirst()
            }
        }
        try compareIfDue(builder)
        while Int64(builder.size) < end {
            let (first, last) = (Int64(builder.size) + 1, min(Int64(builder.size) + Self.page, end))
            for hash in try await LeafReader(ledger: ledger).hashes(from: first, through: last, on: connection) {
                builder.append(hash)
                try compareIfDue(builder)
            }
        }
    }

    // MARK: Witnesses

    /// What witnesses have seen last, the smallest first. Throws `log-shrunk` where one has seen more than there is.
    private func witnessed(head: Int64) async throws -> [Checkpoint] {
        var witnessed: [Checkpoint] = []
        for witness in configuration.witnesses {
            do {
                guard let note = try await witness.latest(within: configuration.witnessLimit) else { continue }
                witnessed.append(
                    try Checkpoint.open(note, trusting: configuration.trustedKeys, origin: configuration.origin))
            } catch let error as EngineError {
                throw error
            } catch {
                throw EngineError(.witnessUnusable, "the newest checkpoint of the witness: \(error)")
            }
        }
        witnessed.sort { $0.size < $1.size }
        if let last = witnessed.last, last.size > UInt64(head) {
            throw EngineError(
                .logShrunk,
                "a witness has seen a checkpoint of \(last.size) events, but the ledger has \(head): positions \(head + 1) to \(last.size) are missing"
            )
        }
        return witnessed
    }

    private func publish(_ note: SignedNote, size: UInt64, to witness: any Witness) async throws {
        do {
            try await witness.publish(note, size: size, within: configuration.witnessLimit)
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(.witnessUnusable, "\(error)")
        }
    }

    /// Compares trees that are not larger than the sealed one, whose hashes the tiles have.
    private func compare(_ witnessed: [Checkpoint], size: UInt64, on connection: Connection) async throws {
        for checkpoint in witnessed {
            let nodes = TreeNode.covering(0..<checkpoint.size)
            let tiles = try await queries.tiles(TileSet.coordinates(for: nodes), on: connection)
            let root: Digest
            do throws(TransparencyError) {
                root = try tiles.root(ofTreeOfSize: checkpoint.size)
            } catch {
                throw EngineError(.treeDamaged, "\(error)")
            }
            try Self.compare(checkpoint, with: root)
        }
    }

    private static func compare(_ checkpoint: Checkpoint, with root: Digest) throws(EngineError) {
        guard checkpoint.root == root else {
            throw EngineError(
                .logRewritten,
                "a witness has seen the root \(checkpoint.root) at \(checkpoint.size) events, but the log gives \(root): something at or before position \(checkpoint.size) was changed"
            )
        }
    }
}

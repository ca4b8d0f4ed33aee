import Canonical
import EventLog
import PostgreSQL
import SharingLog
import Transparency

/// Whether what was verified is what somebody signed: a log whose checkpoints were deleted has nothing else that is wrong.
struct CheckpointCover: Sendable {
    let ledger: Ledger
    let pool: Pool
    let options: LogVerification.Options

    /// How often it is looked whether an engine has sealed the last events.
    private static let pause: Duration = .milliseconds(200)
    /// Leaf hashes read at once.
    private static let page: Int64 = 10_000

    /// - Parameter frontier: the tree of everything up to the end of the log.
    func findings(_ ends: LogEnds, _ frontier: Frontier) async throws -> AuditFindings {
        var findings = AuditFindings()
        if options.demandsCover, !options.keys.isEmpty, ends.sealed < ends.last, Int64(frontier.size) == ends.last {
            findings.add(try await unsealed(ends, frontier))
        }
        for checkpoint in options.kept {
            if let finding = try await compare(checkpoint, ends, frontier) { findings.add(finding) }
        }
        return findings
    }

    // MARK: The end of the log

    /// An engine that runs signs what is new within a second or so; until then it is no finding.
    private func unsealed(_ ends: LogEnds, _ frontier: Frontier) async throws -> AuditFindings {
        var findings = AuditFindings()
        let deadline = ContinuousClock.now + options.sealingPatience
        var found = try await covering(ends.last)
        while found == nil, ContinuousClock.now < deadline {
            try await Task.sleep(for: Self.pause)
            found = try await covering(ends.last)
        }
        guard let checkpoint = found else {
            let run =
                ends.sealed + 1 == ends.last ? "position \(ends.last) is" : "positions \(ends.sealed + 1) to \(ends.last) are"
            findings.add(
                AuditFinding(
                    .positionNotSealed, at: Position(rawValue: ends.sealed + 1),
                    "\(run) covered by no checkpoint, so nobody signed what is there: checkpoints were deleted, or nothing has sealed since (`devshare checkpoint seal`)"
                ))
            return findings
        }
        do throws(TransparencyError) {
            _ = try checkpoint.open(trusting: options.keys, origin: options.origin)
        } catch {
            findings.add(
                AuditFinding(
                    .checkpointUntrusted, at: Position(rawValue: Int64(clamping: checkpoint.size)),
                    "the checkpoint of \(checkpoint.size) events: \(error)"))
            return findings
        }
        if try await root(frontier, grownTo: Int64(clamping: checkpoint.size)) != checkpoint.root {
            findings.add(
                AuditFinding(
                    .checkpointDiffers, at: Position(rawValue: ends.sealed + 1),
                    "the checkpoint of \(checkpoint.size) events, which was signed meanwhile, has another root than the log gives"
                ))
        }
        return findings
    }

    private func covering(_ position: Int64) async throws -> SealedCheckpoint? {
        try await pool.withConnection { connection in
            try await connection.query(TreeQueries(ledger: ledger).first(from: position))
        }.rows.first.map(SealedCheckpoint.init)
    }

    /// The root of a tree with the leaf hashes behind it, as they stand in their rows; nil where one is missing.
    private func root(_ frontier: Frontier, grownTo size: Int64) async throws -> Digest? {
        var tree = frontier
        while Int64(tree.size) < size {
            let (first, last) = (Int64(tree.size) + 1, min(Int64(tree.size) + Self.page, size))
            let row = try await pool.withConnection { connection in
                try await connection.query(
                    """
                    SELECT coalesce(string_agg(leaf_hash, '' ORDER BY position), '') FROM devshare.event
                     WHERE ledger = $1 AND position BETWEEN $2 AND $3
                    """, ledger.key, first, last)
            }.rows[0]
            guard let hashes = [Digest](concatenated: try row.decode(0)), Int64(hashes.count) == last - first + 1 else {
                return nil
            }
            for hash in hashes { tree.append(hash) }
        }
        return tree.root
    }

    // MARK: Kept checkpoints

    private func compare(_ kept: Checkpoint, _ ends: LogEnds, _ frontier: Frontier) async throws -> AuditFinding? {
        let size = Int64(clamping: kept.size)
        guard size > 0 else { return nil }
        guard size <= ends.last else {
            return AuditFinding(
                .checkpointAhead, at: Position(rawValue: ends.last + 1),
                "a checkpoint of \(kept.size) events was kept, but the last event is at \(ends.last): positions \(ends.last + 1) to \(kept.size) are missing"
            )
        }
        let queries = TreeQueries(ledger: ledger)
        let rows = try await pool.withConnection { connection in
            try await connection.query(queries.checkpoints(after: size - 1, upTo: size))
        }.rows
        guard let stored = try rows.first.map(SealedCheckpoint.init) else {
            return AuditFinding(
                .checkpointMissing, at: Position(rawValue: size),
                "a checkpoint of \(kept.size) events was kept, and the log has none of that size any more")
        }
        guard stored.root != kept.root else { return nil }
        return AuditFinding(
            .checkpointDiffers, at: Position(rawValue: size),
            "a checkpoint of \(kept.size) events was kept with the root \(kept.root), and the log has one with the root \(stored.root): it was shown in two versions"
        )
    }
}

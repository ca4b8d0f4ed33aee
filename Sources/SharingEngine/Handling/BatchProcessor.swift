import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog
import Logging
import PostgreSQL
import SharingLog

/// Takes a batch of commands from facts to commit.
///
/// 1. Each command is decided in memory, in order, on the states of the streams it needs; each sees the effect of those
///    before it. States come from the cache, or are loaded for all commands in one query.
/// 2. All events, rows and idempotency records are appended in one call, on condition that no stream has moved.
/// 3. A command that met a conflict is decided again on fresh states; everybody else is answered after the commit.
struct BatchProcessor: Sendable {
    let ledger: Ledger
    let memory: EngineMemory
    let loader: StateLoader
    let growth: GrowthNotifier
    let receipts: ReceiptReader
    let clock: LedgerClock
    let shadow: ShadowPolicy?
    let limits: EngineLimits
    let logger: Logger
    let metrics: EngineMetrics

    private var policies: ActivePolicy { memory.policies }

    /// One command on its way.
    struct Pending {
        let entry: CommandQueue.Entry
        var attempts = 0

        func answer(_ result: Result<Receipt, any Error>) { entry.answer.resume(with: result) }
    }

    /// A decision that waits for the append.
    struct Proposal {
        let pending: Pending
        let decided: DecidedCommand
    }

    typealias Refusal = (pending: Pending, error: any Error)

    /// Answers every command of the batch.
    func process(_ batch: [CommandQueue.Entry]) async {
        metrics.batch(commands: batch.count)
        var left = batch.map { Pending(entry: $0) }
        var overtaken = 0
        var recounted = 0
        while !left.isEmpty {
            let batch = left
            do {
                left = try await memory.inOneTerm { try await attempt(batch, in: $0) }
            } catch let error as Overtaken {
                // Decided at a later time it goes on, unless the machine's clock is what is behind.
                overtaken += 1
                guard overtaken < limits.attempts else {
                    for pending in left { pending.answer(.failure(error.answer)) }
                    return
                }
            } catch is UsersMoved {
                recounted += 1
                if recounted > 1, left.count > 1 {
                    // Others need not wait until the users of one entity have come to rest.
                    for pending in left { await process([pending.entry]) }
                    return
                }
                guard recounted < limits.attempts else {
                    let answer = EngineError(.overloaded, "the users of an entity change all the time; try again in a moment")
                    for pending in left { pending.answer(.failure(answer)) }
                    return
                }
            } catch let error as RowsRefused {
                // One command of the batch is to blame: by itself each shows whether it is the one.
                logger.error("a batch was refused; its commands are tried one by one", metadata: ["error": "\(error.cause)"])
                for pending in left { await process([pending.entry]) }
                return
            } catch let error as EventLogError where left.count > 1 && error.code == .dataInArchive {
                // One command of the batch is about a request whose events are in an archive, and that one alone.
                for pending in left { await process([pending.entry]) }
                return
            } catch {
                let answer = EngineError(caught: error)
                logger.error("a batch failed", metadata: ["error": "\(answer)", "commands": .stringConvertible(left.count)])
                for pending in left { pending.answer(.failure(answer)) }
                return
            }
        }
    }

    /// Decides and appends. Returns the commands that have to be decided again. Throws `TermEnded` where what was decided on may
    /// be of a term that is over: nothing was appended then, and nobody was answered.
    private func attempt(_ batch: [Pending], in term: Int) async throws -> [Pending] {
        let now = try clock.now()
        var (state, proposals, refused, again) = try await decide(batch, at: now)
        if !proposals.isEmpty {
            let outcomes = try await commit(proposals, at: now, in: term)
            let allAppended = outcomes.allSatisfy(\.isAppended)
            // What one command did is in the state of those after it, whether it was appended or not. So after a conflict
            // nothing of this state is remembered, and no refusal of it is told.
            memory.users.forget(state.changedEntities)
            if allAppended { memory.remember(state.snapshots, of: term) } else { memory.streams.forget(state.snapshots.keys) }
            for (proposal, outcome) in zip(proposals, outcomes) {
                await answer(proposal, outcome, at: now, again: &again)
            }
            if !allAppended {
                for (pending, error) in refused { retry(pending, orFailWith: error, &again) }
                refused = []
            }
        } else {
            // A commit has made sure of the log; a refusal alone has not.
            try memory.continuity.require(term)
        }
        state = BatchState()
        proposals = []
        for (pending, error) in refused { await refuse(pending, error) }
        return again
    }

    private func answer(_ proposal: Proposal, _ outcome: AppendOutcome, at now: Timestamp, again: inout [Pending]) async {
        switch outcome {
        case .appended(let positions):
            let decided = proposal.decided
            if let decision = decided.decision { metrics.decision(decision) }
            proposal.pending.answer(
                .success(
                    Receipt(
                        subject: decided.subject, positions: positions, recordedAt: now, request: decided.request,
                        revision: decided.revision)))
            shadow?.observe(decided)
        case .duplicate(let record):
            await answer(proposal.pending, repetitionOf: record)
        case .conflict(let stream, let actual):
            metrics.conflict()
            let seen = proposal.decided.append.conditions.first { $0.stream == stream }?.version ?? 0
            guard let id = StreamID(name: stream) else {
                return proposal.pending.answer(.failure(EngineError(.logUnreadable, "\(stream) is no stream")))
            }
            if id == ActivePolicy.stream, policies.activation.map({ $0.version < actual }) ?? true {
                do {
                    try await memory.refreshPolicy()
                } catch {
                    return proposal.pending.answer(.failure(EngineError(caught: error)))
                }
            }
            retry(
                proposal.pending,
                orFailWith: SharingError.versionConflict(stream: id, expected: Int(seen), actual: Int(actual)), &again)
        }
    }

    private func retry(_ pending: Pending, orFailWith error: any Error, _ again: inout [Pending]) {
        var pending = pending
        pending.attempts += 1
        if pending.attempts < limits.attempts { again.append(pending) } else { pending.answer(.failure(error)) }
    }

    /// Refuses a command, unless it has been carried out before under the same key: then what stands against it now may be
    /// its own effect.
    private func refuse(_ pending: Pending, _ error: any Error) async {
        guard let key = pending.entry.command.context.idempotencyKey else { return pending.answer(.failure(error)) }
        do {
            if let record = try await receipts.record(ofKey: key) {
                await answer(pending, repetitionOf: record)
            } else {
                pending.answer(.failure(error))
            }
        } catch {
            pending.answer(.failure(EngineError(caught: error)))
        }
    }

    private func answer(_ pending: Pending, repetitionOf record: IdempotencyRecord) async {
        do {
            pending.answer(.success(try await receipts.receipt(record, repeating: pending.entry.command)))
        } catch let error as SharingError {
            pending.answer(.failure(error))
        } catch {
            pending.answer(.failure(EngineError(caught: error)))
        }
    }
}

// MARK: - Appending

extension BatchProcessor {
    /// While the batch waited, the log has gone on for too long to take its time.
    private struct Overtaken: Error {
        let answer: EngineError
    }

    /// The users of an entity are others than those that a decision has counted.
    private struct UsersMoved: Error {}

    /// The database refused the rows themselves, such as a unique index: a retry of all would be refused again.
    private struct RowsRefused: Error {
        let cause: PostgreSQLError

        /// Nil for what is no fault of the rows.
        init?(_ cause: PostgreSQLError) {
            guard EngineError(cause, duringCommit: true).code == .internalFailure else { return nil }
            self.cause = cause
        }
    }

    private func commit(_ proposals: [Proposal], at now: Timestamp, in term: Int) async throws -> [AppendOutcome] {
        var append = AppendBatch(ledger: ledger, recordedAt: now)
        var rows = ReadModelRows()
        for proposal in proposals {
            let number = append.add(proposal.decided.append)
            rows.add(proposal.decided.rows, command: number)
        }
        let statement = AppendBatch.call("devshare.sharing_append", append.parameters + rows.parameters)
        let counted = proposals.reduce(into: [:]) { $0.merge($1.decided.countedUsers) { $1 } }
        let (result, confirmed): (QueryResult, [LogAnchor])
        do {
            (result, confirmed) = try await memory.continuity.append(
                statement, clock.check(now), onlyIf: counted.isEmpty ? [] : [counted.check(in: ledger)], in: term)
        } catch let error as PostgreSQLError {
            if error.sqlState == [EntityID: EntityUsers].refusal {
                memory.users.forget(counted.keys)
                throw UsersMoved()
            }
            if proposals.count > 1, let refused = RowsRefused(error) { throw refused }
            let answer = EngineError(error, duringCommit: true)
            if answer.code == .diskFull { memory.disk.noteFull() }
            if let lead = answer.lead { clock.note(lead: lead) }
            if answer.code == .clockBehind, try clock.now() > now { throw Overtaken(answer: answer) }
            throw answer
        }
        // Another process may have recorded a later time.
        if let latest = try AppendBatch.latestTime(result) { clock.advance(to: latest) }
        let outcomes = try append.outcomes(result)
        let newest = append.anchor(outcomes)
        memory.continuity.saw(newest, confirming: confirmed, in: term)
        if newest != nil {
            memory.disk.noteRoom()
            growth.grew()
        }
        return outcomes
    }
}

// MARK: - Deciding

extension BatchProcessor {
    /// Decides every command on one set of states, loading what is missing. A refusal that rests on remembered states, or on a
    /// policy that another one has replaced meanwhile, is made again before anybody is told.
    private func decide(
        _ batch: [Pending], at now: Timestamp
    ) async throws -> (state: BatchState, proposals: [Proposal], refused: [Refusal], deferred: [Pending]) {
        var users: [EntityID: EntityUsers] = [:]
        var known: [StreamID: StreamSnapshot] = [:]
        var fresh: Set<StreamID> = []
        /// Takes what is remembered of the missing streams, and loads the rest and the stale ones.
        func take(_ missing: Set<StreamID>, reloading stale: Set<StreamID> = []) async throws {
            let remembered = memory.streams.snapshots(of: missing)
            known.merge(remembered) { _, new in new }
            let wanted = stale.union(missing.subtracting(remembered.keys))
            guard !wanted.isEmpty else { return }
            let loaded = try await loader.load(wanted)
            known.merge(loaded) { _, new in new }
            fresh.formUnion(loaded.keys)
        }
        // What is certainly read is taken before the first pass, since each pass decides on the whole batch.
        try await take(Set(batch.flatMap { $0.entry.command.streams + [$0.entry.command.deciderStream].compactMap { $0 } }))
        while true {
            let policy = try await memory.policy()
            let handler = CommandHandler(policy: policy, now: now)
            var state = BatchState(snapshots: known, users: users)
            var isRefusedByPolicy = false
            var proposals: [Proposal] = []
            proposals.reserveCapacity(batch.count)
            var refused: [Refusal] = []
            var deferred: [Pending] = []
            var missing: Set<StreamID> = []
            var missingUsers: Set<EntityID> = []
            var stale: Set<StreamID> = []
            for pending in batch {
                state.beginDecision()
                do {
                    let decided = try handler.decide(pending.entry.command, in: &state)
                    proposals.append(Proposal(pending: pending, decided: decided))
                } catch let absent as StreamsMissing {
                    missing.formUnion(absent.streams)
                    missingUsers.formUnion(absent.entities)
                } catch is UsersUnsettled {
                    deferred.append(pending)
                } catch {
                    stale.formUnion(state.reads.subtracting(fresh).filter { known[$0] != nil })
                    isRefusedByPolicy = isRefusedByPolicy || policy == nil || state.hasAskedPolicy
                    refused.append((pending, error))
                }
            }
            if missing.isEmpty, missingUsers.isEmpty, stale.isEmpty {
                guard isRefusedByPolicy, await isSuperseded(policy) else { return (state, proposals, refused, deferred) }
                continue
            }
            users.merge(memory.users.users(of: missingUsers)) { $1 }
            users.merge(try await loader.users(of: missingUsers.filter { users[$0] == nil })) { $1 }
            if !missing.isEmpty || !stale.isEmpty { try await take(missing, reloading: stale) }
        }
    }

    private func isSuperseded(_ policy: ActivePolicy.Activation?) async -> Bool {
        await memory.refreshPolicyOrWarn()
        return policies.activation?.version != policy?.version
    }
}

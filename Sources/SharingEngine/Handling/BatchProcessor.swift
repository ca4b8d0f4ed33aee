import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog
import Logging
import PostgreSQL

/// Takes a batch of commands from facts to commit.
///
/// 1. Each command is decided in memory, in order, on the states of the streams it needs; each sees the effect of those
///    before it. States come from the cache, or are loaded for all commands in one query.
/// 2. All events, rows and idempotency records are appended in one call, on condition that no stream has moved.
/// 3. A command that met a conflict is decided again on fresh states; everybody else is answered after the commit.
struct BatchProcessor: Sendable {
    let ledger: Ledger
    let pool: Pool
    let cache: StreamCache
    let loader: StateLoader
    let clock: LedgerClock
    let policies: ActivePolicy
    let limits: EngineLimits
    let logger: Logger

    /// One command on its way.
    private struct Pending {
        let entry: CommandQueue.Entry
        var attempts = 0
        /// Its last decision was made on states that were loaded for it, not remembered.
        var isFresh = false
    }

    /// A decision that waits for the append.
    private struct Proposal {
        let pending: Pending
        let decided: DecidedCommand
        let number: Int32
    }

    /// Answers every command of the batch.
    func process(_ batch: [CommandQueue.Entry]) async {
        var left = batch.map { Pending(entry: $0) }
        while !left.isEmpty {
            do {
                left = try await attempt(left)
            } catch let error as PostgreSQLError where left.count > 1 && Self.concernsOneCommand(error) {
                // One command of the batch is to blame: by itself each shows whether it is the one.
                logger.error("a batch was refused by the database; its commands are tried one by one", metadata: ["error": "\(error)"])
                for pending in left { await process([pending.entry]) }
                return
            } catch {
                let answer = Self.answer(to: error)
                for pending in left { pending.entry.answer.resume(throwing: answer) }
                return
            }
        }
    }

    /// Decides and appends. Returns the commands that have to be decided again.
    private func attempt(_ batch: [Pending]) async throws -> [Pending] {
        let now = try await clock.now()
        var (world, proposals, refused) = try await decide(batch, at: now)
        guard !proposals.isEmpty else {
            for (pending, error) in refused { pending.entry.answer.resume(throwing: error) }
            return []
        }

        var append = AppendBatch(ledger: ledger, recordedAt: now)
        var rows = ReadModelRows()
        for index in proposals.indices {
            let number = append.add(proposals[index].decided.append)
            rows.add(proposals[index].decided.rows, command: number)
        }
        let outcomes = try await commit(append, rows)

        var again: [Pending] = []
        var conflicted: Set<StreamID> = []
        for (proposal, outcome) in zip(proposals, outcomes) {
            switch outcome {
            case .appended(let positions):
                let receipt = Receipt(proposal.decided, positions: positions, recordedAt: now)
                proposal.pending.entry.answer.resume(returning: receipt)
            case .duplicate(let record):
                await answerDuplicate(proposal.pending.entry, record)
            case .conflict:
                conflicted.formUnion(proposal.decided.reads)
                var pending = proposal.pending
                pending.attempts += 1
                if pending.attempts < limits.attempts {
                    again.append(pending)
                } else {
                    pending.entry.answer.resume(throwing: SharingError.versionConflict(stream: proposal.decided.subject.name))
                }
            }
        }
        // States that refused commands touched were never real.
        if conflicted.isEmpty, outcomes.allSatisfy(\.isAppended) {
            cache.remember(world.snapshots)
        } else {
            cache.forget(world.snapshots.keys)
        }
        for (pending, error) in refused { pending.entry.answer.resume(throwing: error) }
        return again
    }
}

// MARK: - Deciding

extension BatchProcessor {
    private typealias Refusal = (pending: Pending, error: any Error)

    /// Decides every command on one set of states, loading what is missing. A refusal that rests on remembered states is
    /// made again on loaded ones before anybody is told.
    private func decide(
        _ batch: [Pending], at now: Timestamp
    ) async throws -> (world: World, proposals: [Proposal], refused: [Refusal]) {
        let handler = CommandHandler(policy: try policies.current(), now: now)
        var known = cache.snapshots(of: batch.lazy.flatMap(\.entry.command.streams))
        var fresh: Set<StreamID> = []
        while true {
            var world = World(snapshots: known)
            var proposals: [Proposal] = []
            var refused: [Refusal] = []
            var missing: Set<StreamID> = []
            var stale: Set<StreamID> = []
            for pending in batch {
                world.beginDecision()
                do {
                    let decided = try handler.decide(pending.entry.command, in: &world)
                    proposals.append(Proposal(pending: pending, decided: decided))
                } catch let absent as StreamsMissing {
                    missing.formUnion(absent.streams)
                } catch {
                    stale.formUnion(world.reads.subtracting(fresh))
                    refused.append((pending, error))
                }
            }
            if missing.isEmpty, stale.isEmpty { return (world, proposals, refused) }
            let remembered = cache.snapshots(of: missing)
            known.merge(remembered) { _, new in new }
            let wanted = stale.union(missing.subtracting(remembered.keys))
            if !wanted.isEmpty {
                let loaded = try await loader.load(wanted)
                known.merge(loaded) { _, new in new }
                fresh.formUnion(loaded.keys)
            }
        }
    }
}

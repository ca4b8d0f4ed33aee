import DeviceSharing
import SharingLog

/// Does what pending requests are due for: ends those whose time is up, and escalates those that have waited for too long.
/// The read model says which, so a restart forgets nothing; the decision is made on the log, so that of several processes only
/// one records it and the others find nothing left to do.
struct DeadlineTimer: Sendable {
    let engine: SharingEngine
    /// Requests of each kind in one go.
    var batch = 256

    func run() async {
        var failure = RepeatedFailure(engine.configuration.logger, "pending requests could not be looked through")
        while !Task.isCancelled {
            do {
                let leavesMore = try await leavesMore()
                failure.end()
                if leavesMore { continue }
            } catch {
                if Task.isCancelled { return }
                failure.log(error)
            }
            // Cancellation ends the sleep, and then the loop.
            try? await Task.sleep(for: engine.configuration.limits.deadlineInterval)
        }
    }

    /// Does what is due, in one go, and says whether there may be more that can be done at once. What could not be done is left
    /// for the next time: a database that is full or overloaded is not helped by being asked again without a pause.
    func leavesMore() async throws -> Bool {
        let ended = try await engine.expirePending(limit: batch)
        let escalated = try await engine.escalatePending(limit: batch)
        return max(ended, escalated) == batch
    }
}

extension SharingEngine {
    /// Ends pending requests whose time is up, at most `limit`, and returns how many are ended. The engine does this by
    /// itself; a caller need not.
    @discardableResult
    public func expirePending(limit: Int) async throws -> Int {
        let due = try await QueueQueries(ledger: ledger, pool: pool).expired(at: clock.now(), limit: limit)
        return await performDue(due.map(Command.expire))
    }

    /// Escalates pending requests that have waited for as long as their policy lets them, at most `limit`, and returns how
    /// many are escalated. The engine does this by itself; a caller need not.
    @discardableResult
    public func escalatePending(limit: Int) async throws -> Int {
        let due = try await QueueQueries(ledger: ledger, pool: pool).escalating(at: clock.now(), limit: limit)
        return await performDue(due.map(Command.escalate))
    }

    /// How many were carried out, be it by another engine. None where nothing was left to do for any of them: a read model that
    /// is not what the log gives would say the same again and again.
    private func performDue(_ commands: [Command]) async -> Int {
        await withTaskGroup(of: Receipt?.self) { group in
            for command in commands {
                group.addTask {
                    do {
                        return try await self.perform(command, as: CommandContext(actor: .engine))
                    } catch is CancellationError {
                        return nil
                    } catch {
                        self.configuration.logger.warning(
                            "what a pending request was due for could not be done",
                            metadata: [
                                "command": "\(command.name)", "request": "\(command.subject.name)", "error": "\(error)",
                            ])
                        return nil
                    }
                }
            }
            var receipts: [Receipt] = []
            for await case let receipt? in group { receipts.append(receipt) }
            return receipts.allSatisfy(\.positions.isEmpty) ? 0 : receipts.count
        }
    }
}

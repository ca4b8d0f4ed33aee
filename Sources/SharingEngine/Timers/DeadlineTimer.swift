import DeviceSharing

/// Does what pending requests are due for: ends those whose time is up, and escalates those that have waited for too long.
/// The read model says which, so a restart forgets nothing; the decision is made on the log, so that of several processes only
/// one records it and the others find nothing left to do.
struct DeadlineTimer: Sendable {
    /// Requests of each kind in one go.
    private static let batch = 256

    let engine: SharingEngine

    func run() async {
        while !Task.isCancelled {
            do {
                let ended = try await engine.expirePending(limit: Self.batch)
                let escalated = try await engine.escalatePending(limit: Self.batch)
                if max(ended, escalated) == Self.batch { continue }
            } catch {
                if Task.isCancelled { return }
                engine.configuration.logger.warning(
                    "pending requests could not be looked through", metadata: ["error": "\(error)"])
            }
            // Cancellation ends the sleep, and then the loop.
            try? await Task.sleep(for: engine.configuration.limits.deadlineInterval)
        }
    }
}

extension SharingEngine {
    /// Ends pending requests whose time is up, at most `limit`, and returns how many were found. The engine does this by
    /// itself; a caller need not.
    @discardableResult
    public func expirePending(limit: Int) async throws -> Int {
        let due = try await QueueQueries(ledger: ledger, pool: pool).expired(at: clock.now(), limit: limit)
        await performDue(due.map(Command.expire))
        return due.count
    }

    /// Escalates pending requests that have waited for as long as their policy lets them, at most `limit`, and returns how many
    /// were found. The engine does this by itself; a caller need not.
    @discardableResult
    public func escalatePending(limit: Int) async throws -> Int {
        let due = try await QueueQueries(ledger: ledger, pool: pool).escalating(at: clock.now(), limit: limit)
        await performDue(due.map(Command.escalate))
        return due.count
    }

    private func performDue(_ commands: [Command]) async {
        await withTaskGroup(of: Void.self) { group in
            for command in commands {
                group.addTask {
                    do {
                        _ = try await self.perform(command, as: CommandContext(actor: .engine))
                    } catch is CancellationError {
                        return
                    } catch {
                        self.configuration.logger.warning(
                            "what a pending request was due for could not be done",
                            metadata: [
                                "command": "\(command.name)", "request": "\(command.subject.name)", "error": "\(error)",
                            ])
                    }
                }
            }
        }
    }
}

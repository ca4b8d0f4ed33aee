import DeviceSharing

/// Ends pending requests whose time is up. The read model says which, so a restart forgets nothing; the decision is made on
/// the log, so that of several processes only one ends a request and the others find nothing left to do.
struct ExpiryTimer: Sendable {
    /// Requests ended in one go.
    private static let batch = 256

    let engine: SharingEngine

    func run() async {
        while !Task.isCancelled {
            do {
                let ended = try await engine.expirePending(limit: Self.batch)
                if ended == Self.batch { continue }
            } catch {
                if Task.isCancelled { return }
                engine.configuration.logger.warning(
                    "pending requests could not be looked through", metadata: ["error": "\(error)"])
            }
            // Cancellation ends the sleep, and then the loop.
            try? await Task.sleep(for: engine.configuration.limits.expiryInterval)
        }
    }
}

extension SharingEngine {
    /// Ends pending requests whose time is up, at most `limit`, and returns how many were found. The engine does this by
    /// itself; a caller need not.
    @discardableResult
    public func expirePending(limit: Int) async throws -> Int {
        let due = try await RequestQueries(ledger: ledger, pool: pool).expired(at: clock.now(), limit: limit)
        await withTaskGroup(of: Void.self) { group in
            for request in due {
                group.addTask {
                    do {
                        _ = try await self.perform(.expire(request), as: CommandContext(actor: .engine))
                    } catch is CancellationError {
                        return
                    } catch {
                        self.configuration.logger.warning(
                            "a pending request could not be ended", metadata: ["request": "\(request)", "error": "\(error)"])
                    }
                }
            }
        }
        return due.count
    }
}

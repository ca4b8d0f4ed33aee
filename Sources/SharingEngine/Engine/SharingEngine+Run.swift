import DeviceSharing
import PostgreSQL

extension SharingEngine {
    /// Serves until the task is cancelled; then takes no more commands, sees through those it has, and closes its
    /// connections.
    public func run() async throws {
        await withTaskGroup(of: Void.self) { services in
            services.addTask { await ExpiryTimer(engine: self).run() }
            services.addTask { await PolicyWatcher(engine: self).run() }
            services.addTask { await IdempotencySweeper(engine: self).run() }
            services.addTask { await MetricsSampler(engine: self).run() }
            await withTaskCancellationHandler {
                await serve()
            } onCancel: {
                Task { await queue.close() }
            }
            services.cancelAll()
        }
        await queue.abandon()
        await pool.shutdown()
    }

    private func serve() async {
        await withTaskGroup(of: Void.self) { workers in
            for _ in 0..<configuration.limits.concurrentBatches {
                workers.addTask {
                    while let batch = await self.queue.nextBatch() {
                        // A task of its own, which cancellation does not reach: a batch that was taken is seen through,
                        // so that every caller learns what became of its command.
                        await Task { await self.processor.process(batch) }.value
                        await self.queue.finish(batch)
                    }
                }
            }
        }
    }
}

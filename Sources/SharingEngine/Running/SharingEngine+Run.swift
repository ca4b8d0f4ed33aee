import DeviceSharing
import PostgreSQL
import SharingLog

extension SharingEngine {
    /// Serves until the task is cancelled; then takes no more commands, sees through those it has, and closes its
    /// connections.
    public func run() async throws {
        await withTaskGroup(of: Void.self) { services in
            services.addTask { await DeadlineTimer(engine: self).run() }
            let pause = configuration.limits.policyInterval
            services.addTask {
                // For what other processes activate.
                await self.repeatedly(every: pause, orWarn: "the active policy could not be read") {
                    try await self.memory.refreshPolicy()
                }
            }
            services.addTask {
                await self.repeatedly(every: pause, orWarn: "the database's clock could not be read") {
                    try await self.log.compareClock()
                }
            }
            services.addTask { await IdempotencySweeper(engine: self).run() }
            services.addTask { await MetricsSampler(engine: self).run() }
            services.addTask { await self.growth.run() }
            if let shadow = processor.shadow { services.addTask(priority: .utility) { await shadow.run() } }
            await withTaskCancellationHandler {
                await serve()
            } onCancel: {
                Task { await queue.close() }
            }
            services.cancelAll()
        }
        await queue.abandon()
        // Of the last commits. In a task of its own, which cancellation does not reach.
        let last = Task { try await self.growth.notify() }
        if case .failure(let error) = await last.result {
            configuration.logger.warning(
                "readers of the log could not be told that it has grown", metadata: ["error": "\(error)"])
        }
        await pool.shutdown()
        await healthPool.shutdown()
    }

    private func serve() async {
        await withTaskGroup(of: Void.self) { workers in
            for _ in 0..<configuration.limits.concurrentBatches {
                // A task of its own, which cancellation does not reach: a batch that was taken is seen through, so that every
                // caller learns what became of its command. It ends when the queue is closed and empty.
                let worker = Task { await self.work() }
                workers.addTask { await worker.value }
            }
        }
    }

    private func work() async {
        while let batch = await queue.nextBatch() {
            await processor.process(batch)
            await queue.finish(batch)
        }
    }
}

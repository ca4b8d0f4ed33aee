import ServiceLifecycle
import SharingAudit

/// Signs checkpoints for as long as the server runs.
struct CheckpointService: Service {
    let sealing: SealingService

    func run() async throws {
        await cancelWhenGracefulShutdown { await sealing.run() }
    }
}

import Foundation
import Logging
import SharingEngine
import WebhookDelivery

/// A process for the tests to kill: a deliverer, whose leases end soon.
///
///     webhook-worker CONNECTION
@main
struct WebhookWorker {
    static func main() async throws {
        guard CommandLine.arguments.count == 2 else { exit(64) }
        var logger = Logger(label: "webhook-worker")
        logger.logLevel = .critical
        var limits = WebhookLimits()
        limits.attemptTimeout = .seconds(5)
        limits.leaseMargin = .seconds(1)
        limits.checkInterval = .milliseconds(50)
        let configuration = EngineConfiguration(
            connectionString: CommandLine.arguments[1], logger: logger, role: "devshare_app", allowsPrivateReceivers: true)
        try await SharingEngine.withEngine(configuration) { [limits, logger] engine in
            try await HTTPWebhookSender.withSender(logger: logger) { sender in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { await WebhookDeliverer(engine, sender: sender, limits: limits).run() }
                    // Ends a worker whose test has ended without killing it.
                    group.addTask {
                        while getppid() != 1 { try await Task.sleep(for: .milliseconds(200)) }
                        exit(1)
                    }
                    try await group.waitForAll()
                }
            }
        }
    }
}

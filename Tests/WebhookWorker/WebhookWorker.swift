import Foundation
import Logging
import SharingLog
import SharingWebhooks
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
        let settings = LedgerSettings(connectionString: CommandLine.arguments[1], role: "devshare_app", logger: logger)
        try await LedgerHandle.withHandle(settings) { [limits, logger] log in
            try await HTTPWebhookSender.withSender(logger: logger) { sender in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        await WebhookDeliverer(log, sender: sender, limits: limits, allowsPrivateReceivers: true).run()
                    }
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

import DeviceSharing
import EventLog
import OpenMetrics
import PostgreSQL
import TestSupport
import Testing

@testable import SharingEngine
@testable import SharingLog
@testable import SharingWebhooks

@Suite(.fewAtOnce) struct WebhookMetricsTests {
    /// The cursor tells the lag, whichever process moves it on.
    @Test func theLagOfAWebhookIsToldWhileAnotherProcessWorksOnIt() async throws {
        try await Harness.run { harness in
            let registry = MetricsRegistry(WebhookMetrics.families)
            let metrics = WebhookMetrics(registry)
            let engine = harness.engine
            let destination = try WebhookDestination("https://hooks.example/", allowsPrivate: false)
            let id = try await engine.webhooks.add(
                destination, eventTypes: ["policy-activated"], after: .start, as: Actor(id: "auditor", role: .auditor)
            ).id
            let queue = WebhookQueue(ledger: engine.log.ledger, pool: engine.log.pool)
            let lag = #"devshare_webhook_lag_events{webhook="\#(id)"} "#
            let other = try await harness.database.connect()
            try await other.transaction { other in
                _ = try await other.query("SELECT FROM devshare.webhook_subscription FOR UPDATE")
                #expect(try await queue.fanOut(id, limit: 1_000) == 0)
                try await metrics.sample(engine.log.ledger, on: engine.log.pool)
                #expect(registry.text(.openMetrics).contains(lag + "2\n"))
            }
            await other.close()
            #expect(try await queue.fanOut(id, limit: 1_000) == 0)
            try await metrics.sample(engine.log.ledger, on: engine.log.pool)
            let text = registry.text(.openMetrics)
            #expect(text.contains(lag + "0\n"))
            #expect(text.contains(#"devshare_webhook_deliveries{state="waiting"} 1"#))
        }
    }

    @Test("The lag of a webhook goes with the webhook")
    func removedWebhook() async throws {
        try await Harness.run { harness in
            let registry = MetricsRegistry(WebhookMetrics.families)
            let metrics = WebhookMetrics(registry)
            let engine = harness.engine
            let auditor = Actor(id: "auditor", role: .auditor)
            let destination = try WebhookDestination("https://hooks.example/", allowsPrivate: false)
            let id = try await engine.webhooks.add(
                destination, eventTypes: ["policy-activated"], after: .start, as: auditor
            ).id
            try await metrics.sample(engine.log.ledger, on: engine.log.pool)
            #expect(registry.text(.openMetrics).contains(#"devshare_webhook_lag_events{webhook="\#(id)"} "#))
            try await engine.webhooks.remove(id, as: auditor)
            try await metrics.sample(engine.log.ledger, on: engine.log.pool)
            #expect(!registry.text(.openMetrics).contains("\(id)"))
        }
    }
}

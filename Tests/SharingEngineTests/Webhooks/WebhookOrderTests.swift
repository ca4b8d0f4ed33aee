import DeviceSharing
import EventLog
import TestSupport
import Testing

@testable import SharingEngine
@testable import SharingLog
@testable import SharingWebhooks

@Suite(.fewAtOnce) struct WebhookOrderTests {
    private static let operatorActor = Actor(id: "operator", role: .operator)
    private static let auditor = Actor(id: "auditor", role: .auditor)

    private static func limits(subscriptions: Int) -> WebhookLimits {
        var limits = WebhookLimits()
        limits.subscriptions = subscriptions
        return limits
    }

    @Test func onlyOperatorsAndAuditorsGiveOrders() async throws {
        try await Harness.run { harness in
            let destination = try WebhookDestination("https://hooks.example/", allowsPrivate: false)
            let id = try await harness.engine.webhooks.add(destination, as: Self.operatorActor).id
            for role in Role.allCases where role != .operator && role != .auditor {
                let actor = Actor(id: "a", role: role)
                for order in [
                    { _ = try await harness.engine.webhooks.add(destination, as: actor) },
                    { try await harness.engine.webhooks.remove(id, as: actor) },
                    { _ = try await harness.engine.webhooks.rotateSecret(id, as: actor) },
                    { try await harness.engine.webhooks.replay(id, as: actor) },
                    { try await harness.engine.webhooks.rewind(id, after: .start, as: actor) },
                ] as [@Sendable () async throws -> Void] {
                    let error = await #expect(throws: SharingError.self) { try await order() }
                    #expect(error?.code == .notPermitted)
                }
            }
            #expect(try await harness.engine.webhooks.list().map(\.id) == [id])
        }
    }

    @Test func whatIsNotThereIsNotFound() async throws {
        try await Harness.run { harness in
            let (engine, id) = (harness.engine, WebhookID())
            for order in [
                { _ = try await engine.webhooks.webhook(id) },
                { try await engine.webhooks.remove(id, as: Self.operatorActor) },
                { _ = try await engine.webhooks.rotateSecret(id, as: Self.operatorActor) },
                { try await engine.webhooks.replay(id, as: Self.operatorActor) },
                { try await engine.webhooks.rewind(id, after: .start, as: Self.operatorActor) },
                { _ = try await engine.webhooks.pendingDeliveries(PendingDeliveryFilter(webhook: id)) },
            ] as [@Sendable () async throws -> Void] {
                let error = await #expect(throws: WebhookError.self) { try await order() }
                #expect(error?.code == .webhookNotFound)
            }
        }
    }

    @Test func typesThatNoEventHasAreRefused() async throws {
        try await Harness.run { harness in
            let destination = try WebhookDestination("https://hooks.example/", allowsPrivate: false)
            let error = await #expect(throws: WebhookError.self) {
                _ = try await harness.engine.webhooks.add(
                    destination, eventTypes: ["sharing-activated", "sharing-aktivated"], as: Self.operatorActor
                )
            }
            #expect(error?.code == .eventTypeUnknown)
            #expect(try await harness.engine.webhooks.list().isEmpty)
        }
    }

    @Test func thereAreNoMoreThanTheLimitAllowsHoweverManyAreMadeAtOnce() async throws {
        try await Harness.run { harness in
            let destination = try WebhookDestination("https://hooks.example/", allowsPrivate: false)
            let limits = Self.limits(subscriptions: 5)
            let made = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        do {
                            _ = try await WebhookSubscriptions(harness.engine.log, limits: limits).add(
                                destination, as: Self.operatorActor)
                            return true
                        } catch {
                            return false
                        }
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(made == 5)
            let error = await #expect(throws: WebhookError.self) {
                _ = try await WebhookSubscriptions(harness.engine.log, limits: limits).add(destination, as: Self.operatorActor)
            }
            #expect(error?.code == .tooManyWebhooks)
        }
    }

    @Test func aRemovedWebhookLeavesNothingBehind() async throws {
        try await Harness.run { harness in
            let destination = try WebhookDestination("https://hooks.example/", allowsPrivate: false)
            let id = try await harness.engine.webhooks.add(destination, after: .start, as: Self.auditor).id
            let queue = WebhookQueue(ledger: harness.engine.log.ledger, pool: harness.engine.log.pool)
            #expect(try await queue.ready() == [id])
            #expect(try await queue.fanOut(id, limit: 1_000) == 0)
            // The policy's stream, and the webhook's own.
            #expect(try await harness.engine.webhooks.webhook(id).waiting == 2)
            try await harness.engine.webhooks.remove(id, as: Self.operatorActor)
            for table in ["webhook_subscription", "webhook_secret", "webhook_delivery"] {
                let count: Int64 = try await harness.query("SELECT count(*) FROM devshare.\(table)").rows[0].decode(0)
                #expect(count == 0, "\(table)")
            }
        }
    }

    @Test func goingBackTriesWhatIsParkedFromBeforeThePositionToo() async throws {
        try await Harness.run { harness in
            let destination = try WebhookDestination("https://hooks.example/", allowsPrivate: false)
            let id = try await harness.engine.webhooks.add(
                destination, eventTypes: ["user-registered", "entity-changed"], as: Self.operatorActor
            ).id
            let queue = WebhookQueue(ledger: harness.engine.log.ledger, pool: harness.engine.log.pool)
            func claimAll() async throws -> [WebhookQueue.Claim] {
                _ = try await queue.fanOut(id, limit: 1_000)
                return try await queue.claim(id, limit: 9, lease: .seconds(60))
            }
            try await harness.user("u", entity: "E-1")
            let parked = try await claimAll()
            #expect(parked.map(\.event.version) == [1])
            for claim in parked {
                try await queue.failed(claim, SendingProblem(.refused, "no"), status: 500, retryAfter: nil)
            }
            let position = try await harness.engine.log.head()
            try await harness.user("u", entity: "E-2")
            #expect(try await claimAll().isEmpty)
            try await harness.engine.webhooks.rewind(id, after: position, as: Self.operatorActor)
            // Behind the position is the second event, and before it in its stream the one that was parked.
            for version: Int32 in [1, 2] {
                let claims = try await claimAll()
                #expect(claims.map(\.event.version) == [version])
                try await queue.delivered(claims)
            }
            let webhook = try await harness.engine.webhooks.webhook(id)
            #expect(webhook.waiting == 0 && webhook.parked == 0)
        }
    }

    @Test func aLeaseThatHasEndedSettlesNothing() async throws {
        try await Harness.run { harness in
            let destination = try WebhookDestination("https://hooks.example/", allowsPrivate: false)
            let id = try await harness.engine.webhooks.add(
                destination, eventTypes: ["policy-activated"], after: .start, as: Self.auditor
            ).id
            let queue = WebhookQueue(ledger: harness.engine.log.ledger, pool: harness.engine.log.pool)
            _ = try await queue.fanOut(id, limit: 1_000)
            let first = try #require(try await queue.claim(id, limit: 9, lease: .zero).first)
            let second = try #require(try await queue.claim(id, limit: 9, lease: .seconds(60)).first)
            #expect(second.event == first.event)
            #expect(second.attempt == 2)
            #expect(try await queue.claim(id, limit: 9, lease: .seconds(60)).isEmpty)
            try await queue.delivered([first])
            try await queue.failed(first, SendingProblem(.timedOut, "late"), status: nil, retryAfter: nil)
            #expect(try await harness.engine.webhooks.webhook(id).waiting == 1)
            try await queue.delivered([second])
            #expect(try await harness.engine.webhooks.webhook(id).waiting == 0)
        }
    }
}

import Canonical
import DeviceSharing
import SharingEngine
import SharingLog
import SharingWebhooks
import StandardWebhooks
import TestSupport
import Testing

@Suite(.fewAtOnce) struct ParkingTests {
    @Test func whatIsRefusedForThreeDaysIsParkedAndAReplaySendsItInOrder() async throws {
        try await Installed.run { installed in
            try await Receiver.listening { _ in
                .status(500)
            } _: { receiver in
                let webhook = try await installed.subscribe(receiver.url).id
                try await installed.userEvents("u", 3)
                try await installed.delivering {
                    try await eventually("it was tried") { !receiver.messages.isEmpty }
                    // Three days go by in the database.
                    try await installed.execute(
                        "UPDATE devshare.webhook_delivery SET first_attempt_at = now() - interval '3 days'")
                    try await eventually("it is parked") { try await installed.engine.webhooks.webhook(webhook).parked == 1 }
                }
                let parked = try await installed.engine.webhooks.pendingDeliveries(
                    PendingDeliveryFilter(webhook: webhook, state: .parked))
                #expect(parked.count == 1)
                #expect(parked.first?.dueAt == nil)
                #expect(parked.first?.parkedAt != nil)
                #expect(parked.first?.status == 500)
                #expect(
                    try await installed.engine.webhooks.pendingDeliveries(
                        PendingDeliveryFilter(webhook: webhook, state: .waiting)
                    ).isEmpty)
                let attempts = receiver.messages.count
                receiver.behave { _ in .ok }
                try await installed.delivering {
                    // What is recorded meanwhile waits behind it, and nothing is sent before somebody says so.
                    try await installed.userEvents("other", 1)
                    try await installed.userEvents("u", 1)
                    try await eventually("the other is sent") { receiver.messages.byStream["user/other"]?.count == 1 }
                    #expect(receiver.messages.count == attempts + 1)
                    #expect(try await installed.engine.webhooks.replay(webhook, as: Installed.operatorActor) == 1)
                    try await eventually("all is sent") { try await installed.isAllSent() }
                }
                let positions = try #require(receiver.messages.byStream["user/u"])
                #expect(positions == positions.sorted())
                #expect(Set(positions).count == 4)
            }
        }
    }

    @Test func oneStreamCanBeReplayedByItself() async throws {
        try await Installed.run { installed in
            try await Receiver.listening { _ in
                .status(500)
            } _: { receiver in
                let webhook = try await installed.subscribe(receiver.url).id
                try await installed.userEvents("a", 1)
                try await installed.userEvents("b", 1)
                try await installed.delivering {
                    try await eventually("both were tried") { receiver.messages.byStream.count == 2 }
                    try await installed.execute(
                        "UPDATE devshare.webhook_delivery SET first_attempt_at = now() - interval '3 days'")
                    try await eventually("both are parked") { try await installed.engine.webhooks.webhook(webhook).parked == 2 }
                    receiver.behave { _ in .ok }
                    let replayed = try await installed.engine.webhooks.replay(
                        webhook, stream: .user(UserID(trusted: "a")), as: Installed.operatorActor)
                    #expect(replayed == 1)
                    try await eventually("the one is sent") {
                        let webhook = try await installed.engine.webhooks.webhook(webhook)
                        return webhook.waiting == 0 && webhook.parked == 1
                    }
                }
                let left = try await installed.engine.webhooks.pendingDeliveries(PendingDeliveryFilter(webhook: webhook))
                #expect(left.map(\.stream) == ["user/b"])
            }
        }
    }

    @Test func aReceiverThatIsGoneIsLeftAloneUntilAReplay() async throws {
        try await Installed.run { installed in
            try await Receiver.listening { _ in
                .status(410)
            } _: { receiver in
                let webhook = try await installed.subscribe(receiver.url).id
                try await installed.userEvents("u", 1)
                try await installed.delivering {
                    try await eventually("it is stopped") {
                        try await installed.engine.webhooks.webhook(webhook).state == .stopped
                    }
                    let attempts = receiver.messages.count
                    try await installed.userEvents("v", 5)
                    receiver.behave { _ in .ok }
                    try await installed.engine.webhooks.replay(webhook, as: Installed.operatorActor)
                    try await eventually("all is sent") { try await installed.isAllSent() }
                    #expect(receiver.messages.count == attempts + 6)
                }
            }
        }
    }

    @Test func goingBackSendsEverythingBehindThePositionAgain() async throws {
        try await Installed.run { installed in
            try await Receiver.listening { receiver in
                let webhook = try await installed.subscribe(receiver.url, after: .start).id
                try await installed.userEvents("u", 4)
                try await installed.delivering {
                    try await eventually("all is sent") { try await installed.isAllSent() }
                    let head = try await installed.engine.log.head()
                    // All but the event of the webhook itself, which it does not ask for.
                    let count = Int(head.rawValue) - 1
                    #expect(receiver.messages.count == count)
                    let back = Position(rawValue: head.rawValue - 2)
                    try await installed.engine.webhooks.rewind(webhook, after: back, as: Installed.operatorActor)
                    try await eventually("two are sent again") { receiver.messages.count == count + 2 }
                    try await eventually("all is sent") { try await installed.isAllSent() }
                    #expect(receiver.messages.suffix(2).compactMap(\.position) == [head.rawValue - 1, head.rawValue])
                }
            }
        }
    }

    @Test func aReceiverIsLeftAloneForAsLongAsItAsks() async throws {
        try await Installed.run { installed in
            try await Receiver.listening { _ in
                .status(503, headers: [("retry-after", "3600")])
            } _: { receiver in
                let webhook = try await installed.subscribe(receiver.url).id
                try await installed.userEvents("u", 1)
                var limits = Installed.limits
                limits.retries.longest = .seconds(7_200)
                try await installed.delivering(limits: limits) {
                    try await eventually("it is settled") {
                        try await installed.engine.webhooks.pendingDeliveries(PendingDeliveryFilter(webhook: webhook)).first?
                            .status == 503
                    }
                }
                let pending = try #require(
                    try await installed.engine.webhooks.pendingDeliveries(PendingDeliveryFilter(webhook: webhook)).first)
                let (due, attempted) = (try #require(pending.dueAt), try #require(pending.attemptedAt))
                #expect(due.duration(since: attempted) >= .seconds(3_600))
                #expect(receiver.messages.count == 1)
            }
        }
    }
}

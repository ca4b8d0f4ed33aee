import Canonical
import DeviceSharing
import SharingEngine
import SharingLog
import SharingWebhooks
import StandardWebhooks
import Synchronization
import TestSupport
import Testing

@Suite(.fewAtOnce) struct DeliveryTests {
    @Test func everyEventArrivesOnceAndThoseOfAStreamInTheirOrder() async throws {
        try await Installed.run { installed in
            try await Receiver.listening { receiver in
                try await installed.subscribe(receiver.url)
                try await installed.delivering {
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for user in 0..<20 { group.addTask { try await installed.userEvents("u\(user)", 6) } }
                        try await group.waitForAll()
                    }
                    try await eventually("all is sent") { try await installed.isAllSent() }
                }
                let streams = receiver.messages.byStream
                #expect(streams.count == 20)
                for (stream, positions) in streams {
                    #expect(positions == positions.sorted(), "\(stream)")
                    #expect(positions.count == 6, "\(stream)")
                }
                #expect(Set(receiver.messages.compactMap(\.position)).count == 120)
            }
        }
    }

    @Test func aMessageIsACloudEventWithASignatureThatVerifies() async throws {
        try await Installed.run { installed in
            try await Receiver.listening { receiver in
                let (id, secret) = try await installed.subscribe(receiver.url)
                let trace = try #require(TraceParent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"))
                let context = CommandContext(
                    actor: Installed.operatorActor, correlation: "ticket-7", traceParent: trace)
                let record = RecordUser(
                    user: UserID(trusted: "maria01"), entity: EntityID(trusted: "E-1"), entityKind: .individual,
                    registeredAt: Timestamp(microseconds: 0))
                let receipt = try await installed.engine.perform(.recordUser(record), as: context)
                try await installed.delivering {
                    try await eventually("it is sent") { try await installed.isAllSent() }
                }
                let message = try #require(receiver.messages.first)
                #expect(message.uri == "/hooks")
                #expect(message.headers.first(name: "content-type") == "application/cloudevents+json; charset=utf-8")
                let headers = try #require(message.webhookHeaders)
                try WebhookVerifier(secret).verify(headers, body: message.body)
                let event = try #require(message.json)
                let position = receipt.positions.lowerBound
                let point = try #require(event["id"]?.stringValue)
                #expect(
                    point.hasPrefix("\(position)-") && headers.id == "\(id)-\(point)", "the event, and no other at that place")
                #expect(event["specversion"] == "1.0")
                #expect(event["source"] == "/ledgers/default")
                #expect(event["type"] == "device-sharing.user-registered")
                #expect(event["subject"] == "user/maria01")
                #expect(event["sequence"] == "0000000001")
                #expect(event["time"]?.stringValue.flatMap { Timestamp($0) } == receipt.recordedAt)
                #expect(event["correlation"] == "ticket-7")
                #expect(event["traceparent"] == .string(trace.description))
                #expect(event["data"]?["entity"] == "E-1")
                #expect(message.body == event.canonicalBytes())
            }
        }
    }

    @Test func whatFailsIsTriedAgainAndHoldsUpItsOwnStreamOnly() async throws {
        try await Installed.run { installed in
            let refusals = Mutex(5)
            try await Receiver.listening { message in
                guard message.subject == "user/bad" else { return .ok }
                let isRefused = refusals.withLock { left in
                    left -= 1
                    return left >= 0
                }
                return isRefused ? .status(500) : .ok
            } _: { receiver in
                try await installed.subscribe(receiver.url)
                try await installed.userEvents("bad", 3)
                try await installed.userEvents("good", 3)
                try await installed.delivering {
                    try await eventually("all is sent") { try await installed.isAllSent() }
                }
                let bad = try #require(receiver.messages.byStream["user/bad"])
                let first = try #require(bad.first)
                // Five refusals of the first, and then it and those behind it, in order.
                #expect(bad.prefix(6).allSatisfy { $0 == first })
                #expect(bad.count == 8)
                #expect(bad == bad.sorted())
                #expect(receiver.messages.byStream["user/good"]?.count == 3)
                // Each attempt has the id of the message, and a signature of its own.
                let ids = Set(receiver.messages.filter { $0.position == first }.compactMap { $0.webhookHeaders?.id })
                #expect(ids.count == 1)
            }
        }
    }

    @Test func whileOneStreamIsRefusedForGoodTheOthersGoOn() async throws {
        try await Installed.run { installed in
            try await Receiver.listening {
                $0.subject == "user/bad" ? .status(503) : .ok
            } _: { receiver in
                let webhook = try await installed.subscribe(receiver.url).id
                try await installed.userEvents("bad", 2)
                for user in 0..<10 { try await installed.userEvents("u\(user)", 2) }
                try await installed.delivering {
                    try await eventually("the others are sent") {
                        receiver.messages.byStream.filter { $0.key != "user/bad" }.values.joined().count == 20
                    }
                    try await eventually("the bad one was tried again") {
                        try await installed.engine.webhooks.pendingDeliveries(PendingDeliveryFilter(webhook: webhook)).first?
                            .attempts ?? 0 > 1
                    }
                }
                let pending = try await installed.engine.webhooks.pendingDeliveries(PendingDeliveryFilter(webhook: webhook))
                #expect(pending.map(\.stream) == ["user/bad"])
                #expect(pending.first?.state == .waiting)
                #expect(pending.first?.status == 503)
                #expect(pending.first?.problem?.hasPrefix("refused: ") == true)
                // The second event of the stream waits behind the first.
                #expect(pending.first.map { $0.position < $0.lastPosition } == true)
                #expect(Set(receiver.messages.byStream["user/bad"] ?? []).count == 1)
            }
        }
    }

    @Test func aReceiverThatNeverAnswersDelaysNobodyElse() async throws {
        try await Installed.run { installed in
            try await Receiver.listening { _ in
                .silence
            } _: { dead in
                try await Receiver.listening { alive in
                    try await installed.subscribe(dead.url)
                    let webhook = try await installed.subscribe(alive.url).id
                    var limits = Installed.limits
                    // Longer than anything below waits.
                    limits.attemptTimeout = .seconds(3_600)
                    for user in 0..<20 { try await installed.userEvents("u\(user)", 1) }
                    try await installed.delivering(limits: limits) { [limits] in
                        try await eventually("the other is sent all") {
                            let webhook = try await installed.engine.webhooks.webhook(webhook)
                            return alive.messages.count == 20 && webhook.waiting == 0
                        }
                        try await eventually("all of the dead one's places are taken") {
                            dead.messages.count == limits.concurrentMessages
                        }
                        // Attempts are seen through; the dead one's end when it hangs up.
                        dead.behave { _ in .hangUp }
                        dead.hangUpAll()
                    }
                }
            }
        }
    }

    @Test func receiversBehindOneHostDoNotDelayEachOther() async throws {
        try await Installed.run { installed in
            // One gateway, with a path for each receiver; two of them do not answer.
            try await Receiver.listening { message in
                message.uri == "/alive" ? .ok : .silence
            } _: { gateway in
                let base = gateway.url.split(separator: "/", maxSplits: 3).prefix(2).joined(separator: "//")
                for path in ["/dead", "/silent"] { try await installed.subscribe(base + path) }
                let webhook = try await installed.subscribe(base + "/alive").id
                var limits = Installed.limits
                limits.attemptTimeout = .seconds(3_600)
                for user in 0..<20 { try await installed.userEvents("u\(user)", 1) }
                try await installed.delivering(limits: limits) { [limits] in
                    try await eventually("all places of those that do not answer are taken") {
                        gateway.messages.count { $0.uri != "/alive" } == 2 * limits.concurrentMessages
                    }
                    for user in 20..<40 { try await installed.userEvents("u\(user)", 1) }
                    try await eventually("the other is sent all") {
                        let webhook = try await installed.engine.webhooks.webhook(webhook)
                        return gateway.messages.count { $0.uri == "/alive" } == 40 && webhook.waiting == 0
                    }
                    gateway.behave { _ in .hangUp }
                    gateway.hangUpAll()
                }
            }
        }
    }

    @Test func ofSeveralDeliverersOneSendsEachEvent() async throws {
        try await Installed.run { installed in
            try await Receiver.listening { receiver in
                try await installed.subscribe(receiver.url)
                try await installed.delivering {
                    try await installed.delivering {
                        for user in 0..<15 { try await installed.userEvents("u\(user)", 8) }
                        try await eventually("all is sent") { try await installed.isAllSent() }
                    }
                }
                #expect(receiver.messages.count == 120)
                #expect(receiver.messages.byStream.values.allSatisfy { $0 == $0.sorted() && Set($0).count == 8 })
            }
        }
    }

    @Test func onlyTheTypesThatAreWantedAreSent() async throws {
        try await Installed.run { installed in
            try await Receiver.listening { receiver in
                try await installed.subscribe(receiver.url, types: ["entity-changed"])
                try await installed.userEvents("u", 4)
                try await installed.delivering {
                    try await eventually("all is sent") { try await installed.isAllSent() }
                }
                #expect(receiver.messages.count == 3)
                #expect(receiver.messages.allSatisfy { $0.json?["type"] == "device-sharing.entity-changed" })
                #expect(
                    receiver.messages.compactMap { $0.json?["sequence"]?.stringValue } == [
                        "0000000002", "0000000003", "0000000004",
                    ])
            }
        }
    }

    @Test func aWebhookBeginsWhereItIsToldTo() async throws {
        try await Installed.run { installed in
            try await installed.userEvents("u", 3)
            try await Receiver.listening { receiver in
                try await installed.subscribe(receiver.url + "/new")
                try await installed.subscribe(receiver.url + "/all", after: .start)
                try await installed.delivering {
                    try await installed.userEvents("u", 2)
                    try await eventually("all is sent") { try await installed.isAllSent() }
                }
                let count = { (uri: String) in receiver.messages.filter { $0.uri == uri }.count }
                #expect(count("/hooks/new") == 2)
                // All but the two that say that there are webhooks.
                #expect(count("/hooks/all") == Int(try await installed.engine.log.head().rawValue) - 2)
            }
        }
    }
}

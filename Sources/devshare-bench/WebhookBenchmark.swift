import DeviceSharing
import Foundation
import SharingEngine
import SharingLog
import SharingWebhooks
import WebhookDelivery

/// Events delivered to a receiver on this machine, and how much later they arrive when another receiver is dead.
struct WebhookBenchmark {
    let server: BenchServer
    let report: Report
    /// Events to deliver, at least.
    let events: Int
    private let samples = 200

    private static let operatorActor = Actor(id: "bench", role: .operator)
    private static let auditor = Actor(id: "bench", role: .auditor)

    func run() async throws {
        report.section("Webhooks: events delivered")
        let connectionString = try await server.makeDatabase("webhooks")
        try await server.withEngine(connectionString) { engine in
            // Two users and a device.
            try await Workload(name: "webhook", count: events / 3).prepare(engine)
            try await BenchReceiver.listening(.answer) { receiver in
                try await BenchReceiver.listening(.silence) { dead in
                    try await measure(engine, receiver, dead)
                }
            }
        }
    }

    private func measure(_ engine: SharingEngine, _ receiver: BenchReceiver, _ dead: BenchReceiver) async throws {
        let head = Int(try await engine.log.head().rawValue)
        _ = try await WebhookSubscriptions(engine.log).add(
            WebhookDestination(receiver.url, allowsPrivate: true), after: .start, as: Self.auditor)
        try await HTTPWebhookSender.withSender { sender in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await WebhookDeliverer(engine.log, sender: sender, allowsPrivateReceivers: true).run() }
                let start = ContinuousClock.now
                await receiver.messages(beyond: head - 1)
                let rate = Double(head) / (.now - start).inSeconds
                report.note("\(head) events in as many streams as there are users and devices: \(Int(rate)) a second")

                let alone = try await lag(engine, receiver)
                _ = try await WebhookSubscriptions(engine.log).add(
                    WebhookDestination(dead.url, allowsPrivate: true), after: .start, as: Self.auditor)
                // As many as it may have under way.
                await dead.messages(beyond: WebhookLimits().concurrentMessages - 1)
                let beside = try await lag(engine, receiver)
                report.ratio(
                    "lag beside a dead receiver / alone", ours: beside * 1_000, baseline: alone * 1_000, unit: "ms", atMost: 1.5)
                group.cancelAll()
                dead.hangUp()
                try await group.waitForAll()
            }
        }
    }

    /// Seconds from an event's commit to its arrival: the middle of many, one after the other.
    private func lag(_ engine: SharingEngine, _ receiver: BenchReceiver) async throws -> Double {
        var lags: [Double] = []
        for _ in 0..<samples {
            let count = receiver.count
            let record = RecordUser(
                user: UserID(trusted: UUID().uuidString), entity: EntityID(trusted: "lag"), entityKind: .individual,
                registeredAt: .now)
            _ = try await engine.perform(.recordUser(record), as: CommandContext(actor: Self.operatorActor))
            let committed = ContinuousClock.now
            await receiver.messages(beyond: count)
            lags.append(max((.now - committed).inSeconds, 0))
        }
        return lags.median
    }
}

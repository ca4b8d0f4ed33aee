/// What a program that links the library does on an ordinary day: `LibraryTests` checks that it compiles with what is public.

import DeviceSharing
import SharingAudit
import SharingEngine
import SharingLog
import SharingWebhooks
import Transparency

/// Submits a request, signs a checkpoint, reads the log, adds a webhook and verifies the log.
func day(connectionString: String, key: SignerKey) async throws {
    let configuration = EngineConfiguration(connectionString: connectionString)
    try await SharingEngine.withEngine(configuration) { engine in
        let sealing = SealingService(engine.log, SealingConfiguration(signers: [key]))
        let portal = CommandContext(actor: Actor(id: "portal", role: .portal), idempotencyKey: "4711")
        let consent = try OwnerConsent(method: "device-challenge", givenAt: engine.now(), reference: "evidence")
        guard let alice = UserID("alice"), let bob = UserID("bob"), let card = DeviceID("card") else { return }
        let request = SubmitShareRequest(requester: alice, owner: bob, device: card, consent: consent)
        let receipt = try await engine.perform(.submit(request), as: portal)
        print(receipt.positions)
        try await sealing.seal()
        for event in try await engine.log.events(after: .start) { print(event.position, event.type) }
        let webhooks = WebhookSubscriptions(engine.log)
        let destination = try webhooks.destination("https://example.com/events")
        _ = try await webhooks.add(destination, as: Actor(id: "ops", role: .operator))
        let report = try await LogVerification(configuration.settings).run()
        print(report.findings)
    }
}

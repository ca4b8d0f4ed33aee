import Canonical
import TestSupport
import Testing

@Suite(.fewAtOnce) struct WebhookVerbTests {
    private func add(_ program: Program, _ arguments: String...) async throws -> (id: String, secret: String) {
        let outcome = try await program.run(["webhook", "add"] + arguments + ["--json"])
        let made = try #require(try outcome.json().first)
        return (try #require(made["webhook"]?.stringValue), try #require(made["secret"]?.stringValue))
    }

    @Test func aWebhookIsAddedShownRotatedAndRemoved() async throws {
        let (program, _) = try await Program.ready()
        #expect(try await program.run("webhook", "list").output == "no webhooks\n")
        let (id, secret) = try await add(program, "https://hooks.example/x", "--type", "sharing-activated")
        #expect(secret.hasPrefix("whsec_"))
        let table = try await program.run("webhook", "list").lines
        #expect(table.count == 2)
        #expect(table.last?.hasPrefix("\(id)  active") == true)
        let shown = try await program.run("webhook", "show", id)
        #expect(shown.output.contains("sharing-activated"))
        #expect(!shown.output.contains("whsec_"))
        let rotated = try #require(try await program.json("webhook", "rotate", id).first)
        #expect(rotated["secret"]?.stringValue != secret)
        #expect(try await program.json("webhook", "show", id).first?["previousSecretUntil"] != nil)
        #expect(try await program.run("webhook", "remove", id).output == "webhook \(id) is removed\n")
        let gone = try await program.run("webhook", "show", id)
        #expect(gone.status == 1)
        #expect(gone.error == "webhook-not-found: there is no webhook \(id). See `devshare webhook list`.\n")
    }

    @Test func whatIsToBeSentIsListedAndReplayed() async throws {
        let (ready, database) = try await Program.ready()
        var program = ready
        program.environment["DEVSHARE_WEBHOOKS_ALLOW_PRIVATE"] = "true"
        let refused = try await program.run("webhook", "add", "http://127.0.0.1:9/", "--after", "0")
        #expect(refused.status == 1)
        #expect(refused.error.hasPrefix("auditor-required: "))
        let (id, _) = try await add(
            program, "http://127.0.0.1:9/", "--after", "0", "--type", "policy-activated", "--role", "auditor")
        #expect(try await program.run("webhook", "deliveries", id).output == "nothing is to be sent\n")
        let connection = try await database.connect()
        for sql in [
            "SELECT devshare.webhook_fan_out(1, subscription, 100, '{}') FROM devshare.webhook_subscription",
            "SELECT c.position FROM devshare.webhook_subscription, devshare.webhook_claim(1, subscription, 100, 60000) c",
            """
            SELECT devshare.webhook_failed(1, subscription, stream, lease, NULL, 500::smallint, 'refused: the receiver answered 500')
              FROM devshare.webhook_delivery
            """,
        ] { _ = try await connection.query(sql) }
        await connection.close()
        let parked = try #require(try await program.json("webhook", "deliveries", id, "--state", "parked").first)
        #expect(parked["position"] == 1)
        #expect(parked["eventType"] == "policy-activated")
        #expect(parked["status"] == 500)
        #expect(try await program.json("webhook", "deliveries", id, "--state", "waiting").isEmpty)
        #expect(
            try await program.run("webhook", "deliveries", id).lines.last?.contains(
                "refused: the receiver answered 500") == true)
        #expect(try await program.run("webhook", "replay", id).output == "1 stream to be sent at once\n")
        #expect(try await program.json("webhook", "deliveries", id, "--state", "waiting").count == 1)
        #expect(
            try await program.run("webhook", "replay", id, "--after", "0").output.hasPrefix(
                "everything behind position 0"))
        #expect(try await program.json("webhook", "show", id).first?["position"] == 0)
    }

    @Test func aReceiverThatIsNotThereIsToldOf() async throws {
        var (program, _) = try await Program.ready()
        let (local, _) = try await add(program, "https://localhost/")
        #expect(try await program.run("webhook", "test", local).output.hasPrefix("not taken: address-refused: "))
        program.environment["DEVSHARE_WEBHOOKS_ALLOW_PRIVATE"] = "true"
        let (id, _) = try await add(program, "http://127.0.0.1:9/")
        let outcome = try await program.run("webhook", "test", id)
        #expect(outcome.status == 1)
        #expect(outcome.output.hasPrefix("not taken: connection-failed: "))
    }

    @Test func whatCannotBeAWebhookIsRefused() async throws {
        let (program, _) = try await Program.ready()
        let plain = try await program.run("webhook", "add", "http://hooks.example/")
        #expect(plain.status == 65)
        #expect(plain.error.hasPrefix("destination-invalid: "))
        let unknown = try await program.run("webhook", "add", "https://hooks.example/", "--type", "no-such-event")
        #expect(unknown.status == 65)
        #expect(unknown.error.hasPrefix("event-type-unknown: there is no event type no-such-event. Known are: "))
        let role = try await program.run("webhook", "add", "https://hooks.example/", "--role", "portal")
        #expect(role.status == 1)
        #expect(role.error.hasPrefix("not-permitted: "))
        #expect(try await program.run("webhook", "replay", "nonsense").status == 64)
    }
}

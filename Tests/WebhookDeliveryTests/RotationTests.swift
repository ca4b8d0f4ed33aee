import SharingEngine
import SharingWebhooks
import StandardWebhooks
import TestSupport
import Testing

@Suite(.fewAtOnce) struct RotationTests {
    @Test func bothSecretsSignUntilTheOldOneEnds() async throws {
        try await Installed.run { installed in
            try await Receiver.listening { receiver in
                let (id, old) = try await installed.subscribe(receiver.url)
                let new = try await installed.engine.webhooks.rotateSecret(id, as: Installed.operatorActor)
                #expect(new != old)
                #expect(try await installed.engine.webhooks.webhook(id).previousSecretUntil != nil)
                try await installed.delivering {
                    try await installed.userEvents("u", 1)
                    try await eventually("it is sent") { try await installed.isAllSent() }
                    try await installed.execute("UPDATE devshare.webhook_secret SET previous_until = now()")
                    try await installed.userEvents("v", 1)
                    try await eventually("it is sent") { try await installed.isAllSent() }
                }
                let messages = receiver.messages
                try #require(messages.count == 2)
                for (message, secret) in [(messages[0], old), (messages[0], new), (messages[1], new)] {
                    try WebhookVerifier(secret).verify(#require(message.webhookHeaders), body: message.body)
                }
                let headers = try #require(messages[1].webhookHeaders)
                #expect(throws: WebhookVerificationError.signatureMismatch) {
                    try WebhookVerifier(old).verify(headers, body: messages[1].body)
                }
                #expect(try await installed.engine.webhooks.webhook(id).previousSecretUntil == nil)
            }
        }
    }

    @Test func aSecretThatOthersHaveSeenEndsAtOnce() async throws {
        try await Installed.run { installed in
            let (id, _) = try await installed.subscribe("http://127.0.0.1:9/")
            _ = try await installed.engine.webhooks.rotateSecret(id, keepingOldFor: .zero, as: Installed.operatorActor)
            #expect(try await installed.engine.webhooks.webhook(id).previousSecretUntil == nil)
        }
    }
}

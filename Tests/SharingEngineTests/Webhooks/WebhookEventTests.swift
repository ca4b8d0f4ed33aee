import Canonical
import DeviceSharing
import EligibilityPolicy
import TestSupport
import Testing

@testable import SharingAudit
@testable import SharingEngine
@testable import SharingLog
@testable import SharingWebhooks

/// What orders about webhooks leave in the log, and who may give which.
@Suite(.fewAtOnce) struct WebhookEventTests {
    private static let operatorActor = Actor(id: "o.perator", role: .operator)
    private static let auditor = Actor(id: "a.uditor", role: .auditor)

    private static func destination() throws -> WebhookDestination {
        try WebhookDestination("https://hooks.example:8443/services/PATHSECRET?token=QUERYSECRET", allowsPrivate: false)
    }

    @Test func everyChangeOfAWebhookIsAnEventWithItsAuthorAndWithoutSecrets() async throws {
        try await Harness.run { harness in
            let engine = harness.engine
            let made = try await engine.webhooks.add(
                Self.destination(), eventTypes: ["user-registered"], as: Self.operatorActor, correlation: "ticket-7")
            let rotated = try await engine.webhooks.rotateSecret(
                made.id, keepingOldFor: .seconds(60), as: Self.operatorActor)
            try await engine.webhooks.replay(made.id, as: Self.operatorActor)
            try await engine.webhooks.replay(made.id, stream: .user(UserID(trusted: "alice")), as: Self.operatorActor)
            try await engine.webhooks.rewind(made.id, after: .start, as: Self.auditor)
            try await engine.webhooks.remove(made.id, as: Self.auditor)

            let history = try await engine.log.history(of: .webhook(made.id))
            #expect(
                history.map(\.type) == [
                    "webhook-added", "webhook-secret-rotated", "webhook-replayed", "webhook-replayed", "webhook-replayed",
                    "webhook-removed",
                ])
            #expect(history.map(\.actor) == Array(repeating: "o.perator", count: 4) + ["a.uditor", "a.uditor"])
            #expect(history.first?.metadata["correlation"] == "ticket-7")
            #expect(
                history.map { String(decoding: $0.data.canonicalBytes(), as: UTF8.self) } == [
                    #"{"audience":"internal","confidential":false,"eventTypes":["user-registered"],"receiver":"https://hooks.example:8443","urlDigest":""#
                        + Digest(sha256: try Self.destination().url.utf8).description + #""}"#,
                    #"{"keepsOldForSeconds":60}"#, "{}", #"{"stream":"user/alice"}"#, #"{"after":0}"#, "{}",
                ])
            let whole = history.map { String(decoding: $0.json.canonicalBytes(), as: UTF8.self) }.joined()
            for secret in [made.secret.text, rotated.text, "PATHSECRET", "QUERYSECRET"] { #expect(!whole.contains(secret)) }
        }
    }

    @Test func anOrderThatIsRefusedOrRepeatedLeavesNoEvent() async throws {
        try await Harness.run { harness in
            let engine = harness.engine
            let made = try await engine.webhooks.add(Self.destination(), key: "k", as: Self.operatorActor)
            let rotated = try await engine.webhooks.rotateSecret(made.id, key: "r", as: Self.operatorActor)
            try await engine.webhooks.replay(made.id, key: "p", as: Self.operatorActor)
            let head = try await engine.log.head()
            #expect(try await engine.webhooks.add(Self.destination(), key: "k", as: Self.operatorActor).secret == rotated)
            #expect(try await engine.webhooks.rotateSecret(made.id, key: "r", as: Self.operatorActor) == rotated)
            try await engine.webhooks.replay(made.id, key: "p", as: Self.operatorActor)
            for order in [
                { try await engine.webhooks.remove(WebhookID(), as: Self.operatorActor) },
                { _ = try await engine.webhooks.rotateSecret(WebhookID(), as: Self.operatorActor) },
                { try await engine.webhooks.replay(WebhookID(), as: Self.operatorActor) },
            ] as [@Sendable () async throws -> Void] {
                await #expect(throws: WebhookError.self) { try await order() }
            }
            #expect(try await engine.log.head() == head)
        }
    }

    /// Its table cannot be changed, so its event is not there either.
    @Test func anEventAndTheChangeThatItTellsOfAreOneTransaction() async throws {
        try await Harness.run { harness in
            let engine = harness.engine
            let id = try await engine.webhooks.add(Self.destination(), as: Self.operatorActor).id
            let head = try await engine.log.head()
            try await harness.execute(
                """
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
                CREATE TRIGGER refuse BEFORE UPDATE OR DELETE ON devshare.webhook_subscription
                    FOR EACH ROW EXECUTE FUNCTION refuse();
                """)
            await #expect(throws: EngineError.self) { try await engine.webhooks.remove(id, as: Self.operatorActor) }
            await #expect(throws: EngineError.self) { try await engine.webhooks.replay(id, as: Self.operatorActor) }
            #expect(try await engine.log.head() == head)
            #expect(try await engine.webhooks.list().map(\.id) == [id])
        }
    }

    @Test func confidentialTypesAndThePastAreForAuditors() async throws {
        try await Harness.run { harness in
            let engine = harness.engine
            try await harness.user("u", entity: "E-1")
            for type in DomainEvent.confidentialTypes {
                let error = await #expect(throws: WebhookError.self) {
                    _ = try await engine.webhooks.add(
                        Self.destination(), eventTypes: ["user-registered", type], as: Self.operatorActor)
                }
                #expect(error?.code == .auditorRequired, "\(type)")
            }
            let past = await #expect(throws: WebhookError.self) {
                _ = try await engine.webhooks.add(Self.destination(), after: .start, as: Self.operatorActor)
            }
            #expect(past?.code == .auditorRequired)
            #expect(try await engine.webhooks.list().isEmpty)

            let id = try await engine.webhooks.add(Self.destination(), as: Self.operatorActor).id
            #expect(try await !engine.webhooks.webhook(id).isConfidential)
            let rewound = await #expect(throws: WebhookError.self) {
                try await engine.webhooks.rewind(id, after: .start, as: Self.operatorActor)
            }
            #expect(rewound?.code == .auditorRequired)
            // What it was sent before it may be sent again.
            let started = try await engine.webhooks.webhook(id).started
            try await engine.webhooks.rewind(id, after: started, as: Self.operatorActor)

            let all = try await engine.webhooks.add(Self.destination(), after: .start, as: Self.auditor).id
            #expect(try await engine.webhooks.webhook(all).isConfidential)
            let some = try await engine.webhooks.add(
                Self.destination(), eventTypes: ["user-registered"], after: .start, as: Self.auditor
            ).id
            #expect(try await !engine.webhooks.webhook(some).isConfidential)
        }
    }

    /// Every type in one of two lists, the confidential one being what an officer's work leaves behind.
    @Test func whatOfficersWriteIsConfidential() {
        #expect(
            DomainEvent.confidentialTypes == [
                "share-request-held", "share-request-approved", "share-request-rejected", "share-request-claimed",
                "share-request-released", "share-request-noted", "share-request-endorsed", "sharing-ended",
            ])
    }

    @Test func aLogWithWebhooksVerifiesIsReplayedAndTold() async throws {
        try await Harness.run { harness in
            let engine = harness.engine
            let id = try await engine.webhooks.add(Self.destination(), as: Self.operatorActor).id
            try await engine.webhooks.remove(id, as: Self.operatorActor)
            let states = try await engine.log.replay(.webhook(id)).map { $0.state?["state"] }
            #expect(states == ["active", "removed"])
            let head = try await engine.log.head()
            let fold = try await engine.log.foldLedger(through: head)
            #expect(fold.eventCount == Int(head.rawValue))
            for language in Language.allCases {
                let teller = StoryTeller(
                    language: language, words: try StoryWords.bundled(), catalog: DeviceCatalog([]))
                let told = try await engine.log.history(of: .webhook(id)).flatMap { teller.sentences(of: $0) }
                #expect(told.count == 2)
                #expect(told.first?.contains("https://hooks.example:8443") == true)
                #expect(told.allSatisfy { $0.contains("o.perator") })
            }
        }
    }

    /// Such a webhook has no event in the log, and its rows are as the migration left them.
    @Test func aWebhookOfBeforeIsSentNothingConfidentialAndNothingOfThePast() async throws {
        try await Harness.run { harness in
            let engine = harness.engine
            try await harness.user("u", entity: "E-1")
            let id = WebhookID()
            try await harness.execute(
                """
                SELECT devshare.webhook_add(1, '\(id)', 'https://hooks.example/', '{}', false,
                    '\\x000102030405060708090a0b0c0d0e0f1011121314151617'::bytea, 'operator', NULL, 100)
                """)
            let webhook = try await engine.webhooks.webhook(id)
            #expect(!webhook.isConfidential && webhook.audience == .internal)
            let head = try await engine.log.head()
            #expect(webhook.started == head)
            let error = await #expect(throws: WebhookError.self) {
                try await engine.webhooks.rewind(id, after: .start, as: Self.operatorActor)
            }
            #expect(error?.code == .auditorRequired)
            try await engine.webhooks.remove(id, as: Self.operatorActor)
            #expect(try await engine.log.replay(.webhook(id)).map { $0.state?["state"] } == ["removed"])
        }
    }
}

extension Harness {
    fileprivate func execute(_ script: String) async throws {
        let connection = try await database.connect()
        try await connection.execute(script: script)
        await connection.close()
    }
}

import Canonical
import DeviceSharing
import SharingEngine
import SharingLog
import SharingWebhooks
import TestSupport
import Testing

/// Who is sent what officers do.
@Suite(.fewAtOnce) struct ConfidentialTests {
    private static let officer = CommandContext(actor: Actor(id: "h.tan", role: .compliance))
    private static let auditor = Actor(id: "auditor", role: .auditor)

    /// A request that waits, was noted upon and rejected.
    private func rejectedRequest(_ installed: Installed) async throws {
        let context = CommandContext(actor: Actor(id: "portal", role: .portal))
        let engine = installed.engine
        let longAgo = Timestamp(microseconds: 0)
        for user in ["alice", "bob"] {
            _ = try await engine.perform(
                .recordUser(
                    RecordUser(
                        user: UserID(trusted: user), entity: EntityID(trusted: "E-1"), entityKind: .individual,
                        registeredAt: longAgo)), as: context)
        }
        // New, so that the policy has an officer look at it.
        let card = DeviceID(trusted: "card")
        _ = try await engine.perform(
            .recordDevice(
                RecordDevice(
                    device: card, holder: UserID(trusted: "bob"), kind: "dsc-plus",
                    activatedAt: Timestamp.now.advanced(by: .seconds(-3_600)))), as: context)
        let receipt = try await engine.perform(
            .submit(
                SubmitShareRequest(
                    requester: UserID(trusted: "alice"), owner: UserID(trusted: "bob"), device: card,
                    consent: OwnerConsent(method: "device-challenge", givenAt: .now, reference: "C-1"))), as: context)
        let request = try #require(receipt.request?.id)
        _ = try await engine.perform(.note(request, text: "SECRET sanctions hit"), as: Self.officer)
        _ = try await engine.perform(
            .reject(request, reason: "suspected-fraud", note: "SECRET"), as: Self.officer)
    }

    private static func types(_ receiver: Receiver) -> Set<String> {
        Set(receiver.messages.compactMap { $0.json?["type"]?.stringValue })
    }

    @Test func anOperatorsWebhookForAllTypesIsSentAllButTheConfidentialOnes() async throws {
        try await Installed.run { installed in
            try await Receiver.listening { receiver in
                let id = try await installed.engine.webhooks.add(
                    WebhookDestination(receiver.url, allowsPrivate: true), as: Installed.operatorActor
                ).id
                try await rejectedRequest(installed)
                try await installed.delivering {
                    try await eventually("all is sent") { try await installed.isAllSent() }
                    // Nor by sending it again.
                    try await installed.engine.webhooks.rewind(
                        id, after: installed.engine.webhooks.webhook(id).started, as: Installed.operatorActor)
                    try await eventually("all is sent again") { try await installed.isAllSent() }
                }
                let types = Self.types(receiver)
                #expect(types.contains("device-sharing.share-request-submitted"))
                #expect(types.contains("device-sharing.share-request-closed"))
                #expect(types.isDisjoint(with: DomainEvent.confidentialTypes.map { "device-sharing." + $0 }))
                for message in receiver.messages {
                    let text = String(decoding: message.body, as: UTF8.self)
                    for secret in ["SECRET", "suspected-fraud"] { #expect(!text.contains(secret), "\(text)") }
                }
            }
        }
    }

    @Test func anAuditorsWebhookIsSentThemToo() async throws {
        try await Installed.run { installed in
            try await Receiver.listening { receiver in
                try await rejectedRequest(installed)
                _ = try await installed.engine.webhooks.add(
                    WebhookDestination(receiver.url, allowsPrivate: true), after: .start, as: Self.auditor)
                try await installed.delivering {
                    try await eventually("all is sent") { try await installed.isAllSent() }
                }
                let types = Self.types(receiver)
                for type in ["share-request-held", "share-request-noted", "share-request-rejected"] {
                    #expect(types.contains("device-sharing." + type), "\(type)")
                }
            }
        }
    }

    /// What a program of before had queued for a webhook that may not have it is passed over, and what is behind it goes on.
    @Test func whatWasQueuedBeforeThereWasARuleIsWithheld() async throws {
        try await Installed.run { installed in
            try await Receiver.listening { receiver in
                _ = try await installed.engine.webhooks.add(
                    WebhookDestination(receiver.url, allowsPrivate: true), after: .start, as: Self.auditor)
                try await rejectedRequest(installed)
                try await installed.execute(
                    """
                    SELECT devshare.webhook_fan_out(1, subscription, 1000, '{}') FROM devshare.webhook_subscription;
                    UPDATE devshare.webhook_subscription SET confidential = false;
                    """)
                try await installed.delivering {
                    try await eventually("all is sent") { try await installed.isAllSent() }
                }
                let types = Self.types(receiver)
                #expect(types.contains("device-sharing.share-request-submitted"))
                #expect(types.isDisjoint(with: DomainEvent.confidentialTypes.map { "device-sharing." + $0 }))
            }
        }
    }

    @Test func aReceiverThatIsGoneIsRecordedOnce() async throws {
        try await Installed.run { installed in
            try await Receiver.listening { _ in
                .status(410)
            } _: { receiver in
                let webhook = try await installed.subscribe(receiver.url).id
                for user in 0..<8 { try await installed.userEvents("u\(user)", 1) }
                try await installed.delivering {
                    try await eventually("it is stopped") {
                        try await installed.engine.webhooks.webhook(webhook).state == .stopped
                    }
                }
                let history = try await installed.engine.log.history(of: .webhook(webhook))
                #expect(history.map(\.type) == ["webhook-added", "webhook-stopped"])
                #expect(history.last?.role == .engine)
            }
        }
    }
}

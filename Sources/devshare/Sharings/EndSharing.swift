import ArgumentParser
import Canonical
import DeviceSharing
import DeviceSharingClient
import SharingEngine

/// `devshare sharing end`.
struct EndSharing: RemoteVerb {
    static let configuration = CommandConfiguration(
        commandName: "end", abstract: "Ends a sharing; the requester's own devices come back.",
        discussion: """
              devshare sharing end 01a0df1e-aeb8-7a3e-81e0-55de83d4f975 --by requester
              devshare sharing end 01a0df1e-aeb8-7a3e-81e0-55de83d4f975 --by owner --consent C-4712
              devshare sharing end 01a0df1e-aeb8-7a3e-81e0-55de83d4f975 --by compliance --officer h.tan --note \"reported by phone\"

            For the requester it acts as the portal that submitted the request (--actor). For the owner it acts as any portal, with \
            the owner's consent, given since the sharing began.

            \(ExitStatus.help)
            """)

    enum Party: String, ExpressibleByArgument, CaseIterable, Sendable {
        case requester, owner, compliance

        var reason: EndReason {
            switch self {
            case .requester: .stoppedByRequester
            case .owner: .stoppedByOwner
            case .compliance: .stoppedByCompliance
            }
        }

        var remote: DeviceSharingClient.Party {
            switch self {
            case .requester: .requester
            case .owner: .owner
            case .compliance: .compliance
            }
        }
    }

    @Argument(help: "The request that the sharing came of: a UUID, as `devshare sharing list` shows it.")
    var request: ShareRequestID

    @Option(help: "Who wants it: requester, owner or compliance.")
    var by: Party

    @Option(help: "The compliance officer who acts, with --by compliance.")
    var officer: String?

    @Option(help: "Where the portal keeps the evidence of the owner's consent, with --by owner.")
    var consent: String?

    @Option(help: "How the owner consented.")
    var consentMethod = "device-challenge"

    @Option(help: "When the owner consented, as RFC 3339; must be given with --key. (default: now)")
    var consentGivenAt: Timestamp?

    @Option(help: "Why; it stays for ever: no personal data.")
    var note: String?

    @OptionGroup var context: ContextOptions
    @OptionGroup var remote: RemoteOptions
    @OptionGroup var options: SettingsOptions

    func validate() throws {
        guard (by == .compliance) == (officer != nil) else {
            throw ValidationError("--officer goes with --by compliance, and only with that.")
        }
        guard by == .owner || consent == nil else { throw ValidationError("--consent goes with --by owner.") }
        guard context.key == nil || consent == nil || consentGivenAt != nil else {
            throw ValidationError(
                "--key needs --consent-given-at: without it each repetition is another order, with a consent given just now.")
        }
    }

    func performHere(_ settings: Settings) async throws {
        var sender = context.context(as: by == .compliance ? .compliance : .portal)
        if let officer { sender.actor.id = officer }
        let finalSender = sender
        try await withEngine(settings) { engine in
            let receipt = try await engine.perform(
                .endSharing(request, reason: by.reason, consent: try given(at: engine.now()), note: note), as: finalSender)
            try await ReceiptReport(receipt: receipt, settings: settings).printRequest(in: engine, withDecision: false)
        }
    }

    private func given(at now: Timestamp) throws -> OwnerConsent? {
        try consent.map { try OwnerConsent(method: consentMethod, givenAt: consentGivenAt ?? now, reference: $0) }
    }

    func perform(on client: DeviceSharingClient, _ settings: Settings) async throws {
        let sharing = try await client.endSharing(
            request, by: by.remote, consent: given(at: .now), note: note, key: context.key)
        if settings.json { Output.line(sharing.json) } else { Output.line("ENDED  \(sharing.id)") }
    }
}

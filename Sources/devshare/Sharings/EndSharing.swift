import ArgumentParser
import DeviceSharing
import DeviceSharingClient
import SharingEngine

/// `devshare sharing end`.
struct EndSharing: RemoteVerb {
    static let configuration = CommandConfiguration(
        commandName: "end", abstract: "Ends a sharing; the requester's own devices come back.",
        discussion: """
              devshare sharing end 01a0df1e-aeb8-7a3e-81e0-55de83d4f975 --by owner
              devshare sharing end 01a0df1e-aeb8-7a3e-81e0-55de83d4f975 --by compliance --officer h.tan --note \"reported by phone\"

            For the requester and the owner it acts as the portal.

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

    @Option(help: "Why; it stays for ever: no personal data.")
    var note: String?

    @OptionGroup var context: ContextOptions
    @OptionGroup var remote: RemoteOptions
    @OptionGroup var options: SettingsOptions

    func validate() throws {
        guard (by == .compliance) == (officer != nil) else {
            throw ValidationError("--officer goes with --by compliance, and only with that.")
        }
    }

    func performHere(_ settings: Settings) async throws {
        var sender = context.context(as: by == .compliance ? .compliance : .portal)
        if let officer { sender.actor.id = officer }
        let finalSender = sender
        try await withEngine(settings) { engine in
            let receipt = try await engine.perform(.endSharing(request, reason: by.reason, note: note), as: finalSender)
            try await ReceiptReport(receipt: receipt, settings: settings).printRequest(in: engine, withDecision: false)
        }
    }

    func perform(on client: DeviceSharingClient, _ settings: Settings) async throws {
        let sharing = try await client.endSharing(request, by: by.remote, note: note, key: context.key)
        if settings.json { Output.line(sharing.json) } else { Output.line("ENDED  \(sharing.id)") }
    }
}

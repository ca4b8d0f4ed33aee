import ArgumentParser
import DeviceSharing
import DeviceSharingClient
import SharingEngine

/// `devshare request reject`.
struct RejectRequest: RemoteVerb {
    static let configuration = CommandConfiguration(
        commandName: "reject", abstract: "Rejects a pending request, for one of the policy's reasons.",
        discussion: """
              devshare request reject 01a0df1e-aeb8-7a3e-81e0-55de83d4f975 --officer h.tan --reason suspected-fraud

            \(ExitStatus.help)
            """)

    @Argument(help: "The request: a UUID, as `devshare request list` shows it.")
    var request: ShareRequestID

    @Option(help: "One of the policy's rejection reasons; `devshare policy show` lists them.")
    var reason: String

    @Option(help: "Why; it stays for ever: no personal data.")
    var note: String?

    @OptionGroup var officer: OfficerOptions
    @OptionGroup var remote: RemoteOptions
    @OptionGroup var options: SettingsOptions

    func performHere(_ settings: Settings) async throws {
        try await withEngine(settings) { engine in
            let receipt = try await engine.perform(.reject(request, reason: reason, note: note), as: officer.context())
            try await ReceiptReport(receipt: receipt, settings: settings).printRequest(in: engine, withDecision: false)
        }
    }

    func perform(on client: DeviceSharingClient, _ settings: Settings) async throws {
        try RemoteReport(settings: settings).print(await client.reject(request, reason: reason, note: note, key: officer.key))
    }
}

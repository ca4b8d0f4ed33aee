import ArgumentParser
import DeviceSharing
import DeviceSharingClient
import SharingEngine

/// `devshare request withdraw`.
struct WithdrawRequest: RemoteVerb {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: "Withdraws a pending request, for the requester. Acts as the portal.",
        discussion: """
              devshare request withdraw 01a0df1e-aeb8-7a3e-81e0-55de83d4f975

            \(ExitStatus.help)
            """)

    @Argument(help: "The request: a UUID, as `devshare request list` shows it.")
    var request: ShareRequestID

    @Option(help: "Why; it stays for ever: no personal data.")
    var note: String?

    @OptionGroup var context: ContextOptions
    @OptionGroup var remote: RemoteOptions
    @OptionGroup var options: SettingsOptions

    func performHere(_ settings: Settings) async throws {
        try await withEngine(settings) { engine in
            let receipt = try await engine.perform(.withdraw(request, note: note), as: context.context(as: .portal))
            try await ReceiptReport(receipt: receipt, settings: settings).printRequest(in: engine, withDecision: false)
        }
    }

    func perform(on client: DeviceSharingClient, _ settings: Settings) async throws {
        try RemoteReport(settings: settings).print(await client.withdraw(request, note: note, key: context.key))
    }
}

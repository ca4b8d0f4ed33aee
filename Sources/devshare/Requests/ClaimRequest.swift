import ArgumentParser
import DeviceSharing
import DeviceSharingClient
import SharingEngine

/// `devshare request claim`.
struct ClaimRequest: RemoteVerb {
    static let configuration = CommandConfiguration(
        commandName: "claim", abstract: "Takes a pending request to work on; nobody else decides on it for 15 minutes.",
        discussion: """
              devshare request claim 01a0df1e-aeb8-7a3e-81e0-55de83d4f975 --officer h.tan

            \(ExitStatus.help)
            """)

    @Argument(help: "The request.")
    var request: ShareRequestID

    @OptionGroup var officer: OfficerOptions
    @OptionGroup var remote: RemoteOptions
    @OptionGroup var options: SettingsOptions

    func performHere(_ settings: Settings) async throws {
        try await withEngine(settings) { engine in
            let receipt = try await engine.perform(.claim(request), as: officer.context())
            try await ReceiptReport(receipt: receipt, settings: settings).printRequest(in: engine, withDecision: false)
        }
    }

    func perform(on client: DeviceSharingClient, _ settings: Settings) async throws {
        try RemoteReport(settings: settings).print(await client.claim(request, key: officer.key))
    }
}

import ArgumentParser
import DeviceSharing
import DeviceSharingClient
import SharingEngine

/// `devshare request release`.
struct ReleaseRequest: RemoteVerb {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Lets go of a request that was claimed.",
        discussion: """
              devshare request release 01a0df1e-aeb8-7a3e-81e0-55de83d4f975 --officer h.tan

            \(ExitStatus.help)
            """)

    @Argument(help: "The request.")
    var request: ShareRequestID

    @OptionGroup var officer: OfficerOptions
    @OptionGroup var remote: RemoteOptions
    @OptionGroup var options: SettingsOptions

    func performHere(_ settings: Settings) async throws {
        try await withEngine(settings) { engine in
            let receipt = try await engine.perform(.release(request), as: officer.context())
            try await ReceiptReport(receipt: receipt, settings: settings).printRequest(in: engine, withDecision: false)
        }
    }

    func perform(on client: DeviceSharingClient, _ settings: Settings) async throws {
        try RemoteReport(settings: settings).print(await client.release(request, key: officer.key))
    }
}

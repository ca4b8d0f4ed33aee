import ArgumentParser
import DeviceSharing
import DeviceSharingClient
import SharingEngine

/// `devshare request claim`.
struct ClaimRequest: CaseworkVerb {
    static let configuration = CommandConfiguration(
        commandName: "claim", abstract: "Takes a pending request to work on; nobody else decides on it for 15 minutes.",
        discussion: """
              devshare request claim 01a0df1e-aeb8-7a3e-81e0-55de83d4f975 --officer h.tan

            \(ExitStatus.help)
            """)

    @Argument(help: "The request: a UUID, as `devshare request list` shows it.")
    var request: ShareRequestID

    @OptionGroup var officer: OfficerOptions
    @OptionGroup var remote: RemoteOptions
    @OptionGroup var options: SettingsOptions

    var command: Command { .claim(request) }

    func ask(_ client: DeviceSharingClient) async throws -> ShareRequestAnswer {
        try await client.claim(request, key: officer.key)
    }
}

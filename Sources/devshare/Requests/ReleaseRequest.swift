import ArgumentParser
import DeviceSharing
import DeviceSharingClient
import SharingEngine

/// `devshare request release`.
struct ReleaseRequest: CaseworkVerb {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Lets go of a request that was claimed.",
        discussion: """
              devshare request release 01a0df1e-aeb8-7a3e-81e0-55de83d4f975 --officer h.tan

            \(ExitStatus.help)
            """)

    @Argument(help: "The request: a UUID, as `devshare request list` shows it.")
    var request: ShareRequestID

    @OptionGroup var officer: OfficerOptions
    @OptionGroup var remote: RemoteOptions
    @OptionGroup var options: SettingsOptions

    var command: Command { .release(request) }

    func ask(_ client: DeviceSharingClient) async throws -> ShareRequestAnswer {
        try await client.release(request, key: officer.key)
    }
}

import ArgumentParser
import DeviceSharing
import DeviceSharingClient
import EligibilityPolicy
import SharingEngine

/// `devshare request show`.
struct ShowRequest: RemoteVerb {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Tells a request's story: who did what, when, and what every rule said.",
        discussion: """
              devshare request show 01a0df1e-aeb8-7a3e-81e0-55de83d4f975

            \(ExitStatus.help)
            """)

    @Argument(help: "The request: a UUID, as `devshare request list` shows it.")
    var request: ShareRequestID

    @OptionGroup var remote: RemoteOptions
    @OptionGroup var options: SettingsOptions

    func performHere(_ settings: Settings) async throws {
        try await withEngine(settings) { engine in
            let words = try Words(settings.language, policy: engine.activePolicy)
            let story = try await RequestStory(request, in: engine, words: words)
            if settings.json { return Output.line(try story.json()) }
            for line in try story.lines() { Output.line(line) }
        }
    }

    func perform(on client: DeviceSharingClient, _ settings: Settings) async throws {
        try RemoteReport(settings: settings).print(await client.shareRequest(request))
    }
}

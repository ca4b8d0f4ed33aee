import ArgumentParser
import DeviceSharing
import DeviceSharingClient
import SharingEngine

/// `devshare request note`.
struct NoteRequest: CaseworkVerb {
    static let configuration = CommandConfiguration(
        commandName: "note", abstract: "Adds a note to a request, for other officers and auditors.",
        discussion: """
              devshare request note 01a0df1e-aeb8-7a3e-81e0-55de83d4f975 "called back" --officer h.tan

            \(ExitStatus.help)
            """)

    @Argument(help: "The request: a UUID, as `devshare request list` shows it.")
    var request: ShareRequestID

    @Argument(help: "The note, at most 2,000 characters. It stays for ever: no personal data.")
    var text: String

    @OptionGroup var officer: OfficerOptions
    @OptionGroup var remote: RemoteOptions
    @OptionGroup var options: SettingsOptions

    var command: Command { .note(request, text: text) }

    func ask(_ client: DeviceSharingClient) async throws -> ShareRequestAnswer {
        try await client.note(request, text: text, key: officer.key)
    }
}

import ArgumentParser
import DeviceSharing
import DeviceSharingClient
import SharingEngine

/// `devshare request note`.
struct NoteRequest: RemoteVerb {
    static let configuration = CommandConfiguration(
        commandName: "note", abstract: "Adds a note to a request, for other officers and auditors.",
        discussion: """
              devshare request note 01a0df1e-aeb8-7a3e-81e0-55de83d4f975 "called back" --officer h.tan

            \(ExitStatus.help)
            """)

    @Argument(help: "The request.")
    var request: ShareRequestID

    @Argument(help: "The note, at most 2,000 bytes. It stays for ever: no personal data.")
    var text: String

    @OptionGroup var officer: OfficerOptions
    @OptionGroup var remote: RemoteOptions
    @OptionGroup var options: SettingsOptions

    func performHere(_ settings: Settings) async throws {
        try await withEngine(settings) { engine in
            let receipt = try await engine.perform(.note(request, text: text), as: officer.context())
            try await ReceiptReport(receipt: receipt, settings: settings).printRequest(in: engine, withDecision: false)
        }
    }

    func perform(on client: DeviceSharingClient, _ settings: Settings) async throws {
        try RemoteReport(settings: settings).print(await client.note(request, text: text, key: officer.key))
    }
}

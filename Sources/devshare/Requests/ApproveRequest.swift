import ArgumentParser
import DeviceSharing
import DeviceSharingClient
import SharingEngine

/// `devshare request approve`.
struct ApproveRequest: RemoteVerb {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Approves a pending request. The policy decides again, on what is so now.",
        discussion: """
              devshare request approve 01a0df1e-aeb8-7a3e-81e0-55de83d4f975 --officer h.tan --note "called back"

            What has become ineligible since the submission is rejected, not approved: exit status 1.

            \(ExitStatus.help)
            """)

    @Argument(help: "The request: a UUID, as `devshare request list` shows it.")
    var request: ShareRequestID

    @Option(help: "Why; it stays for ever: no personal data.")
    var note: String?

    @OptionGroup var officer: OfficerOptions
    @OptionGroup var remote: RemoteOptions
    @OptionGroup var options: SettingsOptions

    func performHere(_ settings: Settings) async throws {
        let isRejected = try await withEngine(settings) { engine in
            let receipt = try await engine.perform(.approve(request, note: note), as: officer.context())
            try await ReceiptReport(receipt: receipt, settings: settings).printRequest(in: engine, withDecision: true)
            return receipt.request?.state == .rejected
        }
        if isRejected { throw ExitStatus.refused.code }
    }

    func perform(on client: DeviceSharingClient, _ settings: Settings) async throws {
        let answer = try await client.approve(request, note: note, key: officer.key)
        try RemoteReport(settings: settings).print(answer)
        if answer.state == .rejected { throw ExitStatus.refused.code }
    }
}

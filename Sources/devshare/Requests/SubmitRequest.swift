import ArgumentParser
import Canonical
import DeviceSharing
import DeviceSharingClient
import SharingEngine

/// `devshare request submit`.
struct SubmitRequest: RemoteVerb {
    static let configuration = CommandConfiguration(
        commandName: "submit", abstract: "Asks that one user may log in with a device of another.",
        discussion: """
            The policy decides at once: the sharing stands, or the request waits for compliance, or it is rejected; what every \
            rule said is printed. The owner's consent is what the portal found out; the policy wants a fresh one.

              devshare request submit maria01 maria02 DSC-7 --consent C-4711
              devshare request submit maria01 maria02 DSC-7 --consent C-4711 --consent-given-at 2026-11-24T10:00:00Z --key C-4711

            With --key the consent's time must be told, so that the same command line is the same request however often it is \
            given.

            Acts as the portal. Exit status 1 where the request is rejected or refused.

            \(ExitStatus.help)
            """)

    @Argument(help: "The user who wants to log in with another's device.")
    var requester: UserID

    @Argument(help: "The user whose device it is.")
    var owner: UserID

    @Argument(help: "The device.")
    var device: DeviceID

    @Option(help: "Where the portal keeps the evidence of the owner's consent. Without it there is none.")
    var consent: String?

    @Option(help: "How the owner consented.")
    var consentMethod = "device-challenge"

    @Option(help: "When the owner consented, as RFC 3339; must be given with --key. (default: now)")
    var consentGivenAt: Timestamp?

    @OptionGroup var context: ContextOptions
    @OptionGroup var remote: RemoteOptions
    @OptionGroup var options: SettingsOptions

    func validate() throws {
        guard context.key == nil || consent == nil || consentGivenAt != nil else {
            throw ValidationError(
                "--key needs --consent-given-at: without it each repetition is another request, with a consent given just now.")
        }
    }

    func performHere(_ settings: Settings) async throws {
        let isRejected = try await withEngine(settings) { engine in
            let given = try consent.map {
                try OwnerConsent(method: consentMethod, givenAt: consentGivenAt ?? engine.now(), reference: $0)
            }
            let command = SubmitShareRequest(requester: requester, owner: owner, device: device, consent: given)
            let receipt = try await engine.perform(.submit(command), as: context.context(as: .portal))
            try await ReceiptReport(receipt: receipt, settings: settings).printRequest(in: engine, withDecision: true)
            return receipt.request?.state == .rejected
        }
        if isRejected { throw ExitStatus.refused.code }
    }

    func perform(on client: DeviceSharingClient, _ settings: Settings) async throws {
        let given = try consent.map {
            try OwnerConsent(method: consentMethod, givenAt: consentGivenAt ?? .now, reference: $0)
        }
        let answer = try await client.submit(requester: requester, owner: owner, device: device, consent: given, key: context.key)
        try RemoteReport(settings: settings).print(answer)
        if answer.state == .rejected { throw ExitStatus.refused.code }
    }
}

import ArgumentParser
import Canonical
import DeviceSharing
import DeviceSharingClient
import EligibilityPolicy
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

            What the policy asks for with each request, such as the risk band of the client's session, is said with --input, once for \
            each; `devshare policy show` lists what it asks for.

              devshare request submit maria01 maria02 DSC-7 --consent C-4711 --input riskBand=low --input terminalKnown=true

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

    @Option(
        name: .customLong("input"), parsing: .singleValue,
        help: ArgumentHelp("What the policy asks for, as in riskBand=low; once for each.", valueName: "name=value"))
    var inputs: [NamedInput] = []

    @Option(help: "When the requester had logged in, as RFC 3339. Without it nothing is said of the requester's session.")
    var authenticatedAt: Timestamp?

    @Option(
        name: .customLong("authentication-method"), parsing: .singleValue,
        help: ArgumentHelp("How the requester had logged in, as RFC 8176 names it; once for each method.", valueName: "method"))
    var authenticationMethods: [AuthenticationMethod] = []

    @Option(help: "How far the session is to be trusted, from 0 to 10. (default: 0)")
    var sessionLevel: Int?

    @OptionGroup var context: ContextOptions
    @OptionGroup var remote: RemoteOptions
    @OptionGroup var options: SettingsOptions

    private func statement() throws -> PortalStatement {
        let said = InputValues(Dictionary(inputs.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }))
        guard let authenticatedAt else { return PortalStatement(inputs: said) }
        return PortalStatement(
            session: try RequesterSession(
                methods: authenticationMethods, level: sessionLevel ?? 0, authenticatedAt: authenticatedAt), inputs: said)
    }

    func validate() throws {
        guard authenticatedAt != nil || (authenticationMethods.isEmpty && sessionLevel == nil) else {
            throw ValidationError("--authentication-method and --session-level need --authenticated-at: say when the login was.")
        }
        guard Set(inputs.map(\.name)).count == inputs.count else {
            throw ValidationError("--input says something twice: say each input once.")
        }
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
            let command = SubmitShareRequest(
                requester: requester, owner: owner, device: device, consent: given,
                statement: try statement())
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
        let answer = try await client.submit(
            requester: requester, owner: owner, device: device, consent: given, statement: statement(), key: context.key)
        try RemoteReport(settings: settings).print(answer)
        if answer.state == .rejected { throw ExitStatus.refused.code }
    }
}

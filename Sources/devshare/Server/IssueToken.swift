import ArgumentParser
import Canonical
import DeviceSharing

/// `devshare token`.
struct IssueToken: Verb {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Makes a token that `devshare serve --dev` believes.",
        discussion: """
              devshare token --role portal
              devshare token --role compliance --subject h.tan --entity E-7

            The key is kept in --data, and made where it is missing. No other server believes such tokens.

            \(ExitStatus.help)
            """)

    @Option(help: "portal, compliance, auditor or operator; may be given more than once.")
    var role: [Role]

    @Option(help: "Who the token says is asking.")
    var subject = "developer"

    @Option(help: "The entity that an officer belongs to as a client.")
    var entity: EntityID?

    @Option(help: "Minutes for which it is good.")
    var minutes = 60

    @OptionGroup var options: SettingsOptions

    func validate() throws {
        guard !role.isEmpty else { throw ValidationError("--role must be given.") }
        guard (1...1_440).contains(minutes) else { throw ValidationError("--minutes must be 1 to 1440.") }
    }

    func perform(_ settings: Settings) async throws {
        let token = try await TokenKey.load(settings).token(
            subject: subject, roles: role, ledger: settings.ledger, entity: entity, lifetime: .seconds(60 * minutes))
        if settings.json { Output.line(["token": .string(token)]) } else { Output.line(token) }
    }
}

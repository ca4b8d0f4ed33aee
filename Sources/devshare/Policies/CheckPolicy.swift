import ArgumentParser
import Canonical

/// `devshare policy check`.
struct CheckPolicy: Verb {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Reads a policy file and says everything that is wrong with it.",
        discussion: """
            Each problem is a line: file:line:column: what is wrong, and what to do. Needs no database.

              devshare policy check
              devshare policy check candidate.yaml

            \(ExitStatus.help)
            """)

    @Argument(help: "The policy file.")
    var file = PolicyFile.usual

    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        let policy = try PolicyFile(file).policy()
        if settings.json {
            return Output.line([
                "name": .string(policy.name), "version": .string(policy.version), "digest": .string(policy.digest.description),
                "rules": JSONValue(policy.rules.count), "deviceKinds": JSONValue(policy.catalog.kinds.count),
            ])
        }
        Output.line(
            "\(file) is a policy: \(policy.name) \(policy.version), \(policy.rules.count.of("rule")), "
                + "\(policy.catalog.kinds.count.of("kind")) of device")
        Output.line("digest \(policy.digest)")
    }
}

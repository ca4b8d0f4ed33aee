import ArgumentParser
import Canonical
import EligibilityPolicy

/// `devshare policy facts`.
struct ShowFacts: Verb {
    static let configuration = CommandConfiguration(
        commandName: "facts", abstract: "Lists what the expressions of a policy may look at.",
        discussion: """
              devshare policy facts
              devshare policy facts Policies/device-sharing.yaml

            With a policy file, also what that policy declares: its inputs and counters.

            \(ExitStatus.help)
            """)

    @Argument(help: "A policy file, for its inputs and counters. (default: what every policy may look at)")
    var file: String?

    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        let schema = try file.map { try PolicyFile($0).policy().schema } ?? .common
        if settings.json {
            for field in schema.records.flatMap(schema.fields) {
                Output.line([
                    "path": .string(field.path), "type": .string(field.type.description), "meaning": .string(field.documentation),
                ])
            }
            return
        }
        for (number, record) in schema.records.enumerated() {
            if number > 0 { Output.line() }
            Output.line("\(Terminal.styled(record.rawValue, .bold)): \(record.documentation)")
            var table = Table("FACT", "TYPE", "MEANING")
            for field in schema.fields(of: record) { table.add("  " + field.path, field.type.description, field.documentation) }
            Output.lines(table.lines(otherwise: ""))
        }
    }
}

import ArgumentParser
import Canonical
import EligibilityPolicy

/// `devshare policy facts`.
struct ShowFacts: Verb {
    static let configuration = CommandConfiguration(
        commandName: "facts", abstract: "Lists what the expressions of a policy may look at.",
        discussion: """
              devshare policy facts

            \(ExitStatus.help)
            """)

    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        if settings.json {
            for field in FactSchema.records.flatMap(\.fields) {
                Output.line([
                    "path": .string(field.path), "type": .string(field.type.description), "meaning": .string(field.documentation),
                ])
            }
            return
        }
        for (number, record) in FactSchema.records.enumerated() {
            if number > 0 { Output.line() }
            Output.line("\(Terminal.styled(record.rawValue, .bold)): \(record.documentation)")
            var table = Table("FACT", "TYPE", "MEANING")
            for field in record.fields { table.add("  " + field.path, field.type.description, field.documentation) }
            Output.lines(table.lines(otherwise: ""))
        }
    }
}

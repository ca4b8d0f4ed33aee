import ArgumentParser
import BundledFiles
import Canonical

/// `devshare policy schema`.
struct ShowSchema: Verb {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Prints the JSON Schema of policy files, or of files of cases, for editors.",
        discussion: """
            An editor that knows JSON Schema completes names and marks mistakes while one types. It finds the schema by the first \
            line of the file: # yaml-language-server: $schema=policy.schema.json

              devshare policy schema > policy.schema.json
              devshare policy schema cases > cases.schema.json

            `devshare policy check` and `test` see more than a schema can, such as the types of expressions.

            \(ExitStatus.help)
            """)

    enum Form: String, CaseIterable, ExpressibleByArgument {
        case policy, cases
    }

    @Argument(help: "policy or cases.")
    var form = Form.policy

    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        let text = try BundledFiles.text("\(form.rawValue).schema.json", in: .policies)
        settings.json ? Output.line(try JSONValue(parsing: text)) : Output.document(text)
    }
}

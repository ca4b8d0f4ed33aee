import ArgumentParser
import Canonical
import EligibilityPolicy
import Foundation

/// `devshare policy format`.
struct FormatPolicy: Verb {
    static let configuration = CommandConfiguration(
        commandName: "format", abstract: "Brings policy files, and files of cases, into the usual form. Comments stay.",
        discussion: """
              devshare policy format Policies/device-sharing.yaml
              devshare policy format --check Policies/*.yaml     changes nothing; exit status 1 where a file would change

            \(ExitStatus.help)
            """)

    @Argument(help: "The files.")
    var files: [String] = [PolicyFile.usual]

    @Flag(help: "Change nothing; say which files would change.")
    var check = false

    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        var unusual: [String] = []
        for path in files {
            let file = try PolicyFile(path)
            let formatted = try PolicyFormatter.format(file.text, file: path)
            let changes = formatted != file.text
            if changes { unusual.append(path) }
            if changes, !check {
                let output = try OutputFile(path)
                do {
                    try output.write(Array(formatted.utf8))
                    try output.close()
                } catch {
                    output.abandon()
                    throw error
                }
            }
            if settings.json {
                Output.line(["file": .string(path), "changed": .bool(changes)])
            } else {
                Output.line("\(path) \(changes ? (check ? "would be changed" : "was changed") : "is in the usual form")")
            }
        }
        if check, !unusual.isEmpty {
            throw DevshareError(
                .notFormatted, "\(unusual.count.of("file")) not in the usual form",
                advice: "Run `devshare policy format` on them.")
        }
    }
}

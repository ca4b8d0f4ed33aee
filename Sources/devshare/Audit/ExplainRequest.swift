import ArgumentParser
import Canonical
import DeviceSharing
import SharingAudit
import SharingEngine
import SharingLog

/// `devshare audit explain`.
struct ExplainRequest: Verb {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Tells what became of a request, in plain language, each sentence with its position.",
        discussion: """
              devshare audit explain 01a0df1e-aeb8-7a3e-81e0-55de83d4f975
              devshare audit explain 01a0df1e-aeb8-7a3e-81e0-55de83d4f975 --language zh-Hant

            \(ExitStatus.help)
            """)

    @Argument(help: "The request: a UUID, as `devshare request list` shows it.")
    var request: ShareRequestID

    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        let account = try await withLog(settings) { log in
            try await log.account(of: request, language: settings.language)
        }
        for sentence in account.sentences {
            if settings.json {
                Output.line([
                    "position": .integer(sentence.position.rawValue), "recordedAt": JSONValue(sentence.recordedAt),
                    "text": .string(sentence.text),
                ])
            } else {
                let place = "#\(sentence.position)".padded(to: 7)
                let indent = String(repeating: " ", count: 28)
                let lines = sentence.text.wrapped(to: Terminal.width, indent: indent)
                Output.line(
                    "\(Terminal.styled(place, .dim)) \(sentence.recordedAt.short) \(lines.first?.dropFirst(indent.count) ?? "")")
                Output.lines(Array(lines.dropFirst()))
            }
        }
    }
}

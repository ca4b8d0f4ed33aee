import ArgumentParser
import Canonical
import SharingEngine
import SharingLog

/// `devshare events show`.
struct ShowEvent: Verb {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Prints one event as the log holds it.",
        discussion: """
              devshare events show 42

            \(ExitStatus.help)
            """)

    @Argument(help: "Its position: 1 is the first event.")
    var position: Int64

    @OptionGroup var options: SettingsOptions

    func validate() throws {
        guard position >= 1 else { throw ValidationError("The position must be 1 or more.") }
    }

    func perform(_ settings: Settings) async throws {
        let event = try await withLog(settings) { log in
            try await log.events(after: Position(rawValue: position - 1), limit: 1).first
        }
        guard let event, event.position.rawValue == position else {
            throw DevshareError(
                .eventNotFound, "there is no event at position \(position)", advice: "See `devshare events tail`.")
        }
        if settings.json { return Output.line(event.json) }
        Output.line("position     \(event.position)")
        Output.line("stream       \(event.stream), version \(event.version)")
        Output.line("type         \(event.type), schema version \(event.schemaVersion)")
        Output.line("recorded at  \(event.recordedAt)")
        Output.line("leaf hash    \(event.leafHash)")
        Output.line("metadata     \(event.metadata.text)")
        guard event.event != nil else {
            return Output.line("data         in an archive: see `devshare archive list`")
        }
        Output.line("data")
        for line in event.data.indentedLines { Output.line("  " + line) }
    }
}

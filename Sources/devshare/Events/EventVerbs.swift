import ArgumentParser

/// `devshare events …`.
struct EventVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "The log itself.", discussion: ExitStatus.help,
        subcommands: [TailEvents.self, ShowEvent.self])
}

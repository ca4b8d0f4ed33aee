import ArgumentParser

/// `devshare sharing …`.
struct SharingVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sharing", abstract: "Sharings that stand: look at them, end them.", discussion: ExitStatus.help,
        subcommands: [ListSharings.self, EndSharing.self])
}

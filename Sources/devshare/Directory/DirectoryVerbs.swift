import ArgumentParser

/// `devshare directory …`.
struct DirectoryVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "directory", abstract: "Who there is, and which devices they hold.", discussion: ExitStatus.help,
        subcommands: [ImportDirectory.self, ExportDirectory.self, SyncDirectory.self])
}

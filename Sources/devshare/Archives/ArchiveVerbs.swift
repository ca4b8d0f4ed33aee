import ArgumentParser

/// `devshare archive …`.
struct ArchiveVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive", abstract: "Old events whose data leave the log for evidence files.",
        discussion: ExitStatus.help, subcommands: [DetachArchive.self, AttachArchive.self, ListArchives.self])
}

import ArgumentParser

/// `devshare backup …`.
struct BackupVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Whether a restored database is all that was.", discussion: ExitStatus.help,
        subcommands: [VerifyBackup.self])
}

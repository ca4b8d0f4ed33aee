import ArgumentParser

/// `devshare checkpoint …`.
struct CheckpointVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Signed tree heads: what the log held, for those who do not trust the database.",
        discussion: ExitStatus.help,
        subcommands: [MakeKey.self, ShowCheckpoint.self, VerifyCheckpoints.self, SealLog.self])
}

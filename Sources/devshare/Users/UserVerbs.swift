import ArgumentParser

/// `devshare user …`.
struct UserVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Users that leave.", discussion: ExitStatus.help,
        subcommands: [CloseUser.self])
}

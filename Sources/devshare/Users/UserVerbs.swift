import ArgumentParser

/// `devshare user …`.
struct UserVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Users: which there are, and those that leave.", discussion: ExitStatus.help,
        subcommands: [ListUsers.self, CloseUser.self])
}

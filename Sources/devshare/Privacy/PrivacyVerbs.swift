import ArgumentParser

/// `devshare privacy …`.
struct PrivacyVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "privacy", abstract: "What is kept of persons, and its erasure.", discussion: ExitStatus.help,
        subcommands: [ErasePerson.self])
}

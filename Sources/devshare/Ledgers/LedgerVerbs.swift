import ArgumentParser

/// `devshare ledger …`.
struct LedgerVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "The ledger as a whole.", discussion: ExitStatus.help,
        subcommands: [RepairClock.self])
}

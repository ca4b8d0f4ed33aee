import ArgumentParser

/// `devshare audit …`.
struct AuditVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "What an auditor does: verify, explain, and take evidence away.",
        discussion: ExitStatus.help, subcommands: [VerifyLog.self, ExportEvidence.self, VerifyEvidence.self])
}

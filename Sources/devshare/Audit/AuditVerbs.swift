import ArgumentParser

/// `devshare audit …`.
struct AuditVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "What an auditor does: verify, explain, and take evidence away.",
        discussion: ExitStatus.help,
        subcommands: [
            VerifyLog.self, Replay.self, ExplainRequest.self, ExportEvidence.self, VerifyEvidence.self,
            ReportRequest.self, ExportCSV.self,
        ])
}

import ArgumentParser

/// `devshare policy …`.
struct PolicyVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "The policy: write it, check it, try it on the past, put it in force.",
        discussion: """
            From a wish to a policy in force:

              devshare policy check Policies/device-sharing.yaml       is it well-formed?
              devshare policy test Policies/device-sharing.yaml        does it decide its own cases rightly?
              devshare policy diff old.yaml new.yaml                   what does the change mean?
              devshare policy table old.yaml new.yaml                  … for people who do not read rules
              devshare policy backtest new.yaml                        what would it have decided on the recorded requests?
              devshare policy activate new.yaml                        from now on it decides

            \(ExitStatus.help)
            """,
        subcommands: [
            CheckPolicy.self, TestPolicy.self, ShowPolicy.self, ShowFacts.self, ShowSchema.self, FormatPolicy.self,
            ExplainDecision.self,
            DiffPolicies.self, ShowPolicyTable.self, ActivatePolicy.self, ReplayDecisions.self, BacktestPolicy.self,
        ])
}

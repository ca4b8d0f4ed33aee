import ArgumentParser
import DeviceSharing
import EligibilityPolicy
import SharingEngine

/// `devshare policy activate`.
struct ActivatePolicy: Verb {
    static let configuration = CommandConfiguration(
        commandName: "activate", abstract: "Puts a policy in force: from the moment it is in the log, it decides.",
        discussion: """
            The text of the file goes into the log, so that every decision can be explained for ever. A file with a problem is \
            refused, and the policy in force stays. Where a server follows a file (`devshare serve --policy`), copy the new one over \
            that instead: when it starts, the server puts the file's policy in force again.

              devshare policy activate Policies/device-sharing.yaml --actor j.doe

            Acts as the operator.

            \(ExitStatus.help)
            """)

    @Argument(help: "The policy file.")
    var file: String

    @OptionGroup var context: ContextOptions
    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        let policyFile = try PolicyFile(file)
        // Problems are reported one a line, before anything is asked of the database.
        let policy = try policyFile.policy()
        try await withEngine(settings) { engine in
            let receipt = try await engine.activatePolicy(policyFile.text, file: file, as: context.context(as: .operator))
            try ReceiptReport(receipt: receipt, settings: settings).print("\(policy.name) \(policy.version) is in force")
        }
    }
}

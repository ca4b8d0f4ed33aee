import ArgumentParser
import DeviceSharing
import SharingEngine

/// `devshare privacy erase`.
struct ErasePerson: Verb {
    static let configuration = CommandConfiguration(
        commandName: "erase", abstract: "Erases what is kept of a user's identity, and records that it did.",
        discussion: """
            Only fingerprints are kept, in a table of their own; the log holds no personal data, so nothing in it changes, and \
            decisions made before stay explained and proved.

              devshare privacy erase maria01

            Acts as the operator.

            \(ExitStatus.help)
            """)

    @Argument(help: "The user.")
    var user: UserID

    @OptionGroup var context: ContextOptions
    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        try await withEngine(settings) { engine in
            let receipt = try await engine.perform(.eraseIdentity(user), as: context.context(as: .operator))
            try ReceiptReport(receipt: receipt, settings: settings).print("no identity of user \(user) is on file")
        }
    }
}

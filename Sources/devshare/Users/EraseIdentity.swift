import ArgumentParser
import DeviceSharing
import SharingEngine

/// `devshare user erase-identity`.
struct EraseIdentity: Verb {
    static let configuration = CommandConfiguration(
        commandName: "erase-identity",
        abstract: "Erases the fingerprints of a user's identity data. What was decided before stays explained.",
        discussion: """
              devshare user erase-identity maria01

            Acts as the portal.

            \(ExitStatus.help)
            """)

    @Argument(help: "The user.")
    var user: UserID

    @OptionGroup var context: ContextOptions
    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        try await withEngine(settings) { engine in
            let receipt = try await engine.perform(.eraseIdentity(user), as: context.context(as: .portal))
            try ReceiptReport(receipt: receipt, settings: settings).print("no identity of user \(user) is on file")
        }
    }
}

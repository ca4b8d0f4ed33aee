import ArgumentParser
import DeviceSharing
import SharingEngine

/// `devshare user close`.
struct CloseUser: Verb {
    static let configuration = CommandConfiguration(
        commandName: "close",
        abstract: "Closes a user for good; its sharings end, its pending request is withdrawn.",
        discussion: """
              devshare user close maria01

            Acts as the portal.

            \(ExitStatus.help)
            """)

    @Argument(help: "The user.")
    var user: UserID

    @OptionGroup var context: ContextOptions
    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        try await withEngine(settings) { engine in
            let receipt = try await engine.perform(.closeUser(user), as: context.context(as: .portal))
            try ReceiptReport(receipt: receipt, settings: settings).print("user \(user) is closed")
        }
    }
}

import ArgumentParser
import DeviceSharing
import SharingEngine

/// `devshare device deactivate`.
struct DeactivateDevice: Verb {
    static let configuration = CommandConfiguration(
        commandName: "deactivate",
        abstract: "Takes a device out of use; whoever logs in with it by a sharing has their own back.",
        discussion: """
              devshare device deactivate DSC-7 --reason replaced

            Acts as the portal.

            \(ExitStatus.help)
            """)

    @Argument(help: "The device.")
    var device: DeviceID

    @Option(help: "Why, at most 200 bytes: replaced, returned, damaged …")
    var reason: String

    @OptionGroup var context: ContextOptions
    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        try await withEngine(settings) { engine in
            let receipt = try await engine.perform(.deactivateDevice(device, reason: reason), as: context.context(as: .portal))
            try ReceiptReport(receipt: receipt, settings: settings).print("device \(device) is deactivated")
        }
    }
}

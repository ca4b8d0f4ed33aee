import ArgumentParser
import DeviceSharing
import SharingEngine

/// `devshare device report-lost`.
struct ReportDeviceLost: Verb {
    static let configuration = CommandConfiguration(
        commandName: "report-lost",
        abstract: "Records that a device is in unknown hands; sharings of it end at once.",
        discussion: """
              devshare device report-lost DSC-7

            Acts as the portal.

            \(ExitStatus.help)
            """)

    @Argument(help: "The device.")
    var device: DeviceID

    @OptionGroup var context: ContextOptions
    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        try await withEngine(settings) { engine in
            let receipt = try await engine.perform(.reportDeviceLost(device), as: context.context(as: .portal))
            try ReceiptReport(receipt: receipt, settings: settings).print("device \(device) is lost")
        }
    }
}

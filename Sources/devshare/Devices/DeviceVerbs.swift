import ArgumentParser

/// `devshare device …`.
struct DeviceVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "device", abstract: "Devices that go out of use.", discussion: ExitStatus.help,
        subcommands: [DeactivateDevice.self, ReportDeviceLost.self])
}

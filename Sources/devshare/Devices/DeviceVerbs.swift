import ArgumentParser

/// `devshare device …`.
struct DeviceVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "device", abstract: "Devices: which there are, and those that go out of use.", discussion: ExitStatus.help,
        subcommands: [ListDevices.self, DeactivateDevice.self, ReportDeviceLost.self])
}

import ArgumentParser
import Canonical
import DeviceSharing
import DeviceSharingClient
import SharingEngine

/// `devshare device list`.
struct ListDevices: RemoteVerb {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists devices by identifier, or those that have changed.",
        discussion: """
              devshare device list
              devshare device list --holder maria02 --status active
              devshare device list --updated-since 4711-1f3a9c04

            \(ExitStatus.help)
            """)

    @Option(help: "Only devices of this user.")
    var holder: UserID?

    @Option(help: "Only devices that are issued, active, deactivated or lost.")
    var status: DeviceRecord.Status?

    @OptionGroup var page: DirectoryPageOptions
    @OptionGroup var remote: RemoteOptions
    @OptionGroup var options: SettingsOptions

    private static let columns = DirectoryColumns(
        columns: [
            ("DEVICE", "id"), ("HOLDER", "holder"), ("KIND", "kind"), ("STATUS", "status"), ("ACTIVATED", "activatedAt"),
            ("EXPIRES", "expiresAt"),
        ], none: "no devices")

    func validate() throws {
        guard page.updatedSince == nil || (holder == nil && status == nil) else {
            throw ValidationError("--holder and --status cannot be given beside --updated-since.")
        }
    }

    func performHere(_ settings: Settings) async throws {
        let found = try await withEngine(settings) { engine in
            try await engine.directory(
                DeviceRecord.self, DeviceRecord.Filter(holder: holder, status: status), from: page.cursor(on: engine),
                limit: page.limit)
        }
        Self.columns.show(found.records.map { .object($0.json) }, settings)
        page.sayMore(next: found.next?.description, asOf: found.asOf.description)
    }

    func perform(on client: DeviceSharingClient, _ settings: Settings) async throws {
        let found = try await client.devices(
            holder: holder, status: status?.rawValue, updatedSince: page.updatedSince?.description, after: page.after,
            limit: page.limit)
        Self.columns.show(found.items.map(\.json), settings)
        page.sayMore(next: found.next, asOf: found.asOf)
    }
}

extension DeviceRecord.Status: ExpressibleByArgument {}

import ArgumentParser
import DeviceSharing
import DeviceSharingClient
import SharingEngine

/// `devshare sharing list`.
struct ListSharings: RemoteVerb {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the sharings that stand: who logs in with whose device.",
        discussion: """
              devshare sharing list
              devshare sharing list --device DSC-7

            \(ExitStatus.help)
            """)

    @Option(help: "Only sharings in which this user takes part.")
    var user: UserID?

    @Option(help: "Only sharings of this device.")
    var device: DeviceID?

    @OptionGroup var page: PageOptions
    @OptionGroup var remote: RemoteOptions
    @OptionGroup var options: SettingsOptions

    func performHere(_ settings: Settings) async throws {
        let filter = ShareRequestFilter(
            states: [.active], participant: user, device: device, after: page.after, limit: page.limit)
        let rows = try await withEngine(settings) { try await $0.requests(filter) }
        if settings.json { return rows.forEach { Output.line($0.json) } }
        var table = Table("REQUEST", "USER", "LOGS IN WITH", "OF", "SINCE (UTC)")
        for row in rows {
            table.add(
                row.request.description, row.requester.rawValue, row.device.rawValue, row.owner.rawValue,
                row.decidedAt?.short ?? ""
            )
        }
        Output.lines(table.lines(otherwise: "no sharings"))
        page.sayMore(behind: rows.last?.request, of: rows.count)
    }

    func perform(on client: DeviceSharingClient, _ settings: Settings) async throws {
        let filter = SharingFilter(participant: user, device: device, after: page.after, limit: page.limit)
        try await RemoteReport(settings: settings).print(client.sharings(filter), page)
    }
}

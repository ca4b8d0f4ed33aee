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

    @Option(help: "Only sharings behind this one: the last of a page is where the next begins.")
    var after: ShareRequestID?

    @Option(help: "Sharings on a page, 1 to 1000.")
    var limit = 100

    @OptionGroup var remote: RemoteOptions
    @OptionGroup var options: SettingsOptions

    func validate() throws {
        guard (1...ShareRequestFilter.largestLimit).contains(limit) else {
            throw ValidationError("--limit must be 1 to \(ShareRequestFilter.largestLimit).")
        }
    }

    func performHere(_ settings: Settings) async throws {
        let filter = ShareRequestFilter(states: [.active], participant: user, device: device, after: after, limit: limit)
        let rows = try await withEngine(settings) { try await $0.requests(filter) }
        if settings.json { return rows.forEach { Output.line($0.json) } }
        var table = Table("REQUEST", "USER", "LOGS IN WITH", "OF", "SINCE (UTC)")
        for row in rows {
            table.add(
                row.request.description, row.requester.rawValue, row.device.rawValue, row.owner.rawValue,
                row.decidedAt?.short ?? ""
            )
        }
        Output.line(table.text(otherwise: "no sharings"))
        if rows.count == limit, let last = rows.last {
            Terminal.print(error: "there may be more: --after \(last.request)")
        }
    }

    func perform(on client: DeviceSharingClient, _ settings: Settings) async throws {
        let filter = ListFilter(participant: user, device: device, after: after, limit: limit)
        try await RemoteReport(settings: settings).print(client.sharings(filter), limit: limit)
    }
}

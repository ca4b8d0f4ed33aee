import ArgumentParser
import Canonical
import DeviceSharing
import DeviceSharingClient
import SharingEngine

/// `devshare request list`.
struct ListRequests: RemoteVerb {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists requests in order of submission.",
        discussion: """
              devshare request list --state compliance-pending
              devshare request list --user maria01 --state active --state ended
              devshare request list --reason identity-mismatch --limit 10 --after 01a0df1e-aeb8-7a3e-81e0-55de83d4f975
              devshare request list --reason suspected-fraud

            \(ExitStatus.help)
            """)

    @Option(help: ArgumentHelp("Only requests in this state; may be given more than once.", valueName: "state"))
    var state: [ShareRequest.State] = []

    @Option(help: "Only requests in which this user takes part.")
    var user: UserID?

    @Option(help: "Only requests for this device.")
    var device: DeviceID?

    @Option(help: "Only requests held or rejected for this reason: an error's code, or one of the policy's rejection reasons.")
    var reason: String?

    @OptionGroup var page: PageOptions
    @OptionGroup var remote: RemoteOptions
    @OptionGroup var options: SettingsOptions

    func performHere(_ settings: Settings) async throws {
        let filter = ShareRequestFilter(
            states: Set(state), participant: user, device: device, reason: reason, after: page.after, limit: page.limit)
        let rows = try await withEngine(settings) { try await $0.requests(filter) }
        if settings.json { return rows.forEach { Output.line($0.json) } }
        let words = try Words(settings.language)
        var table = Table("REQUEST", "STATE", "SUBMITTED (UTC)", "REQUESTER", "DEVICE", "OWNER", "WHY")
        for row in rows {
            let claimed = row.claimedBy.map { " (\($0))" } ?? ""
            let escalated = row.escalatedAt == nil ? "" : ", " + words.escalated
            table.add(
                row.request.description, words.name(row.state) + escalated + claimed, row.submittedAt.short,
                row.requester.rawValue,
                row.device.rawValue, row.owner.rawValue, row.reasons.joined(separator: ", "))
        }
        Output.lines(table.lines(otherwise: "no requests"))
        page.sayMore(behind: rows.last?.request, of: rows.count)
    }

    func perform(on client: DeviceSharingClient, _ settings: Settings) async throws {
        let filter = ListFilter(
            states: state, participant: user, device: device, reason: reason, after: page.after, limit: page.limit)
        try RemoteReport(settings: settings).print(await client.shareRequests(filter), page)
    }
}

import ArgumentParser
import Canonical
import DeviceSharing
import DeviceSharingClient
import SharingEngine

/// `devshare user list`.
struct ListUsers: RemoteVerb {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists users by login name, or those that have changed.",
        discussion: """
              devshare user list
              devshare user list --entity E-1 --status open
              devshare user list --updated-since 4711-1f3a9c04

            \(ExitStatus.help)
            """)

    @Option(help: "Only users of this person or organisation.")
    var entity: EntityID?

    @Option(help: "Only users that are open or closed.")
    var status: User.Status?

    @OptionGroup var page: DirectoryPageOptions
    @OptionGroup var remote: RemoteOptions
    @OptionGroup var options: SettingsOptions

    private static let columns = DirectoryColumns(
        columns: [
            ("USER", "id"), ("ENTITY", "entity"), ("KIND", "entityKind"), ("REGISTERED", "registeredAt"), ("STATUS", "status"),
        ], none: "no users")

    func validate() throws {
        guard page.updatedSince == nil || (entity == nil && status == nil) else {
            throw ValidationError("--entity and --status cannot be given beside --updated-since.")
        }
    }

    func performHere(_ settings: Settings) async throws {
        let found = try await withEngine(settings) { engine in
            try await engine.directory(
                UserRecord.self, UserRecord.Filter(entity: entity, status: status), from: page.cursor(on: engine),
                limit: page.limit)
        }
        Self.columns.show(found.records.map { .object($0.json) }, settings)
        page.sayMore(next: found.next?.description, asOf: found.asOf.description)
    }

    func perform(on client: DeviceSharingClient, _ settings: Settings) async throws {
        let found = try await client.users(
            entity: entity, isClosed: status.map { $0 == .closed }, updatedSince: page.updatedSince?.description,
            after: page.after,
            limit: page.limit)
        Self.columns.show(found.items.map(\.json), settings)
        page.sayMore(next: found.next, asOf: found.asOf)
    }
}

extension User.Status: ExpressibleByArgument {
    public init?(argument: String) { self.init(rawValue: argument) }

    public static var allValueStrings: [String] { [User.Status.open, .closed].map(\.rawValue) }
}

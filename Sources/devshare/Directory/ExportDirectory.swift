import ArgumentParser
import Canonical
import DeviceSharingClient
import SharingEngine
import SharingLog

/// `devshare directory export`.
struct ExportDirectory: RemoteVerb {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Writes all users and devices, or those that have changed, one JSON object a line.",
        discussion: """
            The last line is {"type": "end"} with how many there were, and asOf: the point of the log from which on to ask for what \
            changes later. Where it is missing, the export is not whole.

              devshare directory export > directory.ndjson
              devshare directory export --updated-since 4711-1f3a9c04

            \(ExitStatus.help)
            """)

    @Option(help: "Only what has changed behind this point of the log: the asOf of an earlier export.")
    var updatedSince: LogPoint?

    @OptionGroup var remote: RemoteOptions
    @OptionGroup var options: SettingsOptions

    func performHere(_ settings: Settings) async throws {
        try await withEngine(settings) { engine in
            var page = DirectoryPageOptions()
            page.updatedSince = updatedSince
            page.after = nil
            let start = try await page.cursor(on: engine)
            let (users, asOf) = try await Self.write(UserRecord.self, "user", from: start, of: engine) { $0.json }
            let (devices, _) = try await Self.write(DeviceRecord.self, "device", from: start, of: engine) { $0.json }
            Self.end(users: users, devices: devices, asOf: asOf.description)
        }
    }

    private static func write<Record: DirectoryRecord>(
        _: Record.Type, _ type: String, from start: DirectoryCursor, of engine: SharingEngine, _ json: (Record) -> JSONObject
    ) async throws -> (count: Int, asOf: LogPoint) {
        var cursor = start
        var count = 0
        while true {
            let page = try await engine.directory(Record.self, from: cursor, limit: SharingEngine.maximumDirectoryPage)
            for record in page.records {
                var line = json(record)
                line["type"] = .string(type)
                Output.line(.object(line))
            }
            count += page.records.count
            guard let next = page.next else { return (count, page.asOf) }
            cursor = next
        }
    }

    func perform(on client: DeviceSharingClient, _ settings: Settings) async throws {
        let export = try await client.exportDirectory(updatedSince: updatedSince?.description)
        for line in export.users.map(\.json) + export.devices.map(\.json) { Output.line(line) }
        Self.end(users: export.users.count, devices: export.devices.count, asOf: export.asOf)
    }

    private static func end(users: Int, devices: Int, asOf: String) {
        Output.line([
            "type": "end", "asOf": .string(asOf), "users": JSONValue(users), "devices": JSONValue(devices),
        ])
    }
}

import ArgumentParser
import Canonical
import DeviceSharing
import DeviceSharingClient
import EligibilityPolicy
import Foundation
import SharingEngine

/// `devshare directory sync`.
struct SyncDirectory: RemoteVerb {
    static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract: "Compares the directory with a complete list, and closes what is not on it when told how much.",
        discussion: """
            The file is as for `devshare directory import`, and complete: of the whole directory, or of the part that --only, --from \
            and --before name. Missing are open users, and devices that are issued or active and not past their end, of which no row \
            speaks. Without --confirm nothing is changed: the answer says what is missing.

              devshare directory sync directory.jsonl
              devshare directory sync directory.jsonl --confirm 12

            With --confirm, and that very number missing still, the file is imported, then missing devices are deactivated and missing \
            users closed for good. With another number, or a row that cannot be read, nothing is changed. With --server the file is \
            JSON Lines of at most 16 MiB and 100,000 rows.

            Acts as the operator.

            \(ExitStatus.help)
            """)

    @OptionGroup var source: DirectoryFileOptions

    @Option(help: "The list is of users alone, or of devices alone. (default: of both)")
    var only: SyncScope.Kind?

    @Option(help: "The list is of identifiers from this one on, in the order of their bytes.")
    var from: String?

    @Option(help: "The list is of identifiers before this one.")
    var before: String?

    @Option(help: "How many users and devices are missing: only with that very number anything is changed.")
    var confirm: Int?

    @OptionGroup var context: ContextOptions
    @OptionGroup var remote: RemoteOptions
    @OptionGroup var options: SettingsOptions

    func validate() throws {
        if let confirm, confirm < 0 { throw ValidationError("--confirm must be 0 or more.") }
    }

    func performHere(_ settings: Settings) async throws {
        let (file, format) = (source.file, try source.chosenFormat())
        let text = try await ImportText(FileChunks(file), format: format)
        let scope = DirectoryScope(hasUsers: only != .devices, hasDevices: only != .users, from: from, before: before)
        let list = try await DirectoryList(text: text, format: format, scope: scope).read()
        for problem in list.problems { Terminal.print(error: "\(file):\(problem.line): \(problem.message)") }
        if list.refused > 0 {
            throw DevshareError(
                .rowsRefused, "\(list.refused.of("row")) of \(file) cannot be read, so that nobody can say what is missing",
                advice: "Correct them first. Nothing was changed.")
        }
        try await Database.open(settings) { database in
            try await database.withEngine { engine in
                let missing = try await engine.missing(from: list.roll, in: scope)
                guard let confirm else {
                    return report(missing.users, missing.devices, total: missing.count, retired: nil, settings)
                }
                guard confirm == missing.count else { throw Self.notConfirmed(confirm, missing.count) }
                let key = CachedKey { try IdentityKey.load(database) }
                let context = context.context(as: .operator)
                let summary = try await DirectoryImport(
                    text: text, format: format, engine: engine, key: { try key.get() }, context: context,
                    words: try Words(settings.language, policy: engine.activePolicy)
                ).run()
                for problem in summary.problems { Terminal.print(error: "\(file):\(problem.line): \(problem.message)") }
                var retiring = context
                // One key stands for one command.
                retiring.idempotencyKey = nil
                let retirement = try await engine.retire(missing, as: retiring)
                for (subject, error) in retirement.refused { Terminal.print(error: "\(subject): \(error.code.rawValue)") }
                report(missing.users, missing.devices, total: missing.count, retired: retirement.retired, settings)
                guard summary.refused == 0, retirement.refused.isEmpty else {
                    throw DevshareError(
                        .rowsRefused,
                        "\(summary.refused.of("row")) and \(retirement.refused.count) of what is missing were refused",
                        advice: "Correct them and send the list again.")
                }
            }
        }
    }

    func perform(on client: DeviceSharingClient, _ settings: Settings) async throws {
        let file = source.file
        guard try source.chosenFormat() == .jsonl else {
            throw ValidationError("With --server the file must be JSON Lines.")
        }
        var bytes: [UInt8] = []
        try await FileChunks(file).forEach { piece, _ in bytes += piece }
        let scope = SyncScope(only: only, from: from, before: before)
        let answer: DirectorySyncAnswer
        do {
            answer = try await client.syncDirectory(String(decoding: bytes, as: UTF8.self), of: scope, confirm: confirm)
        } catch let error as ClientError where error.problem?.code == "sync-not-confirmed" {
            guard let confirm, let missing = error.problem?.parameters["missing"]?.description, let count = Int(missing) else {
                throw error
            }
            throw Self.notConfirmed(confirm, count)
        }
        report(
            answer.missingUsers, answer.missingDevices, total: answer.missing,
            retired: answer.json["retired"]?.integerValue.map { Int($0) }, settings, json: answer.json)
        guard answer.refusedLines == 0 else {
            throw DevshareError(
                .rowsRefused, "\(answer.refusedLines.of("row")) of \(file) were refused",
                advice: "Correct them and send the list again.")
        }
    }

    private static func notConfirmed(_ confirmed: Int, _ missing: Int) -> DevshareError {
        DevshareError(
            .syncNotConfirmed, "\(missing) are missing from the list, not \(confirmed); nothing was changed",
            advice: "Look at what is missing, without --confirm, and confirm that number.")
    }

    private func report(
        _ users: [UserID], _ devices: [DeviceID], total: Int, retired: Int?, _ settings: Settings, json: JSONValue? = nil
    ) {
        if settings.json {
            return Output.line(
                json
                    ?? .members([
                        "applied": .bool(retired != nil), "missing": ["total": JSONValue(total)],
                        "missingUsers": JSONValue(users.map(\.rawValue)), "missingDevices": JSONValue(devices.map(\.rawValue)),
                        "retired": retired.map { JSONValue($0) },
                    ]))
        }
        Output.lines(users.map { "user \($0)" } + devices.map { "device \($0)" })
        if let retired {
            Output.line("\(total) were missing, \(retired) closed or deactivated")
        } else if total > 0 {
            Output.line("\(total) missing; --confirm \(total) imports the list and closes them")
        } else {
            Output.line("nothing is missing; --confirm 0 imports the list")
        }
    }
}

extension SyncScope.Kind: ExpressibleByArgument {}

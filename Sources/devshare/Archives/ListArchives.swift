import ArgumentParser
import Canonical
import SharingEngine

/// `devshare archive list`.
struct ListArchives: Verb {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The archives that the log names, and whether it lacks what they have.",
        discussion: """
            An archive's name is the SHA-256 of its file, as `sha256sum` prints it.

              devshare archive list

            \(ExitStatus.help)
            """)

    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        let entries = try await withEngine(settings) { try await $0.archives() }
        if settings.json {
            for entry in entries {
                Output.line(
                    .members([
                        "archive": .string(entry.file.description),
                        "firstPosition": .integer(entry.archive.run.positions.lowerBound),
                        "lastPosition": .integer(entry.archive.run.positions.upperBound),
                        "detached": .bool(entry.archive.isDetached), "changedAt": .string(entry.changedAt.description),
                        "actor": entry.actor.map { .string($0) },
                    ]))
            }
            return
        }
        var table = Table("POSITIONS", "DATA", "SINCE", "BY", "ARCHIVE")
        for entry in entries {
            table.add(
                "\(entry.archive.run.positions.lowerBound)–\(entry.archive.run.positions.upperBound)",
                entry.archive.isDetached ? "in the archive" : "in the log", entry.changedAt.short, entry.actor ?? "?",
                entry.file.description)
        }
        Output.line(table.text(otherwise: "nothing has left the log"))
    }
}

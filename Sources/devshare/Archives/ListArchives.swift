import ArgumentParser
import Canonical
import SharingAudit
import SharingEngine
import SharingLog

/// `devshare archive list`.
struct ListArchives: Verb {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The archives that the log names, and whether it lacks what they have.",
        discussion: """
            An archive's name is the SHA-256 of its file, as `sha256sum` prints it. EVENTS is how many events of its run of \
            positions have their data in an archive, and not in the log.

              devshare archive list

            \(ExitStatus.help)
            """)

    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        let archives = try await withLog(settings) { log in
            var found: [(entry: ArchiveEntry, events: Int64)] = []
            for entry in try await log.archives() {
                let events = try await log.detachedEvents(of: entry)
                found.append((entry, events))
            }
            return found
        }
        if settings.json {
            for (entry, events) in archives {
                Output.line(
                    .members([
                        "archive": .string(entry.file.description),
                        "firstPosition": .integer(entry.archive.run.positions.lowerBound),
                        "lastPosition": .integer(entry.archive.run.positions.upperBound),
                        "detached": .bool(entry.archive.isDetached), "eventsInArchive": .integer(events),
                        "changedAt": .string(entry.changedAt.description), "actor": entry.actor.map { .string($0) },
                    ]))
            }
            return
        }
        var table = Table("POSITIONS", "EVENTS", "DATA", "SINCE", "BY", "ARCHIVE")
        for (entry, events) in archives {
            table.add(
                "\(entry.archive.run.positions.lowerBound)–\(entry.archive.run.positions.upperBound)", "\(events)",
                events > 0 ? "in the archive" : "in the log", entry.changedAt.short, entry.actor ?? "?", entry.file.description)
        }
        Output.lines(table.lines(otherwise: "nothing has left the log"))
    }
}

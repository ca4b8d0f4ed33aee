import ArgumentParser
import Canonical
import SharingAudit
import SharingEngine
import SharingLog

/// `devshare audit csv`.
struct ExportCSV: Verb {
    static let configuration = CommandConfiguration(
        commandName: "csv",
        abstract: "Writes events as CSV, for spreadsheets. It proves nothing: that is what `audit export` is for.",
        discussion: """
            A cell that a spreadsheet would take for a formula gets an apostrophe in front; the last line says how many did. With \
            --json on `devshare events` nothing is altered.

              devshare audit csv --out events.csv
              devshare audit csv --from 1 --to 5000 --out first-quarter.csv

            \(ExitStatus.help)
            """)

    @Option(help: "The first position.")
    var from: Int64 = 1

    @Option(help: "The last position. (default: the last there is)")
    var to: Int64?

    @Option(help: "The file to write.")
    var out: String

    @OptionGroup var options: SettingsOptions

    func validate() throws {
        guard from >= 1, from <= to ?? .max else {
            throw ValidationError("--from must be 1 or more, and not above --to.")
        }
    }

    func perform(_ settings: Settings) async throws {
        let (count, altered) = try await withLog(settings) { log in
            let file = try OutputFile(out)
            do {
                let last = try await min(to ?? .max, log.head().rawValue)
                try file.write(Array(EventCSV.header.utf8))
                var (position, count, csv) = (Position(rawValue: from - 1), 0, EventCSV())
                while position.rawValue < last {
                    let events = try await log.events(after: position).filter { $0.position.rawValue <= last }
                    guard let newest = events.last else { break }
                    for event in events { try file.write(Array(csv.line(of: event).utf8)) }
                    count += events.count
                    position = newest.position
                    Terminal.progress("  position \(position) of \(last)")
                }
                try file.close()
                return (count, csv.altered)
            } catch {
                file.abandon()
                throw error
            }
        }
        Terminal.endProgress()
        if settings.json {
            Output.line(["file": .string(out), "events": JSONValue(count), "alteredCells": JSONValue(altered)])
        } else {
            Output.line("\(out): \(count.of("event")), \(altered.of("cell")) altered for spreadsheets")
        }
    }
}

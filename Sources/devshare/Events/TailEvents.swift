import ArgumentParser
import Canonical
import SharingEngine
import SharingLog

/// `devshare events tail`.
struct TailEvents: Verb {
    static let configuration = CommandConfiguration(
        commandName: "tail", abstract: "Prints events in order, and goes on as they are recorded.",
        discussion: """
            Without --after: the last events, as many as --limit says.

              devshare events tail
              devshare events tail --after 120 --limit 50
              devshare events tail --follow --json | jq .type

            Positions have no gaps: the last one printed is where the next --after begins.

            \(ExitStatus.help)
            """)

    @Option(help: "Begin behind this position.")
    var after: Int64?

    @Option(help: "Events to print, at most; 0 for all. With --follow: those before it waits. (default: 10, all with --after)")
    var limit: Int?

    @Flag(help: "Go on with events as they are recorded, until interrupted.")
    var follow = false

    @OptionGroup var options: SettingsOptions

    func validate() throws {
        guard (limit ?? 0) >= 0, (after ?? 0) >= 0 else { throw ValidationError("--limit and --after must not be negative.") }
    }

    func perform(_ settings: Settings) async throws {
        try await withEngine(settings) { engine in
            if Terminal.hasOutput, !settings.json { Output.line(Terminal.styled(Self.heading, .bold)) }
            let head = try await engine.log.head()
            let wanted = limit ?? (after == nil ? 10 : 0)
            let start = after ?? (wanted == 0 ? 0 : max(0, head.rawValue - Int64(wanted)))
            var position = Position(rawValue: start)
            var left = wanted == 0 ? Int.max : wanted
            while left > 0 {
                let events = try await engine.log.events(after: position, limit: min(left, 1_000))
                guard let last = events.last else { break }
                for event in events { Self.print(event, asJSON: settings.json) }
                position = last.position
                left -= events.count
            }
            try Output.flush()
            guard follow else { return }
            try await engine.follow(after: position) { events in
                for event in events { Self.print(event, asJSON: settings.json) }
                try Output.flush()
            }
        }
    }

    /// Over the columns, for people; a pipe gets the events alone.
    static let heading = [
        "POSITION".padded(to: 8), "TIME (UTC)".padded(to: 20), "ACTOR".padded(to: 16), "TYPE".padded(to: 24), "STREAM",
    ].joined(separator: " ")

    static func print(_ event: LedgerEvent, asJSON: Bool) {
        if asJSON { return Output.line(event.json) }
        let position = Terminal.styled("#\(event.position)".padded(to: 8), .dim)
        let actor = (event.actor ?? "?").padded(to: 16)
        Output.line(
            "\(position) \(event.recordedAt.short)  \(Terminal.styled(actor, .cyan)) \(event.type.padded(to: 24)) \(event.stream)"
        )
    }
}

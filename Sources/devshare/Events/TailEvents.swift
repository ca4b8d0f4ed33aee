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

            Positions have no gaps: the last one printed is where the next --after begins. With the first eight digits of the
            event's leafHash, as in --after 120-1f3a9c04, a log that no longer holds that event is refused (log-rewound), such
            as after a failover that lost it. With --follow each event is remembered so.

            \(ExitStatus.help)
            """)

    @Option(help: "Begin behind this position, or POSITION-MARK.")
    var after: LogCursor?

    @Option(help: "Events to print, at most; 0 for all. With --follow: those before it waits. (default: 10, all with --after)")
    var limit: Int?

    @Flag(help: "Go on with events as they are recorded, until interrupted.")
    var follow = false

    @OptionGroup var options: SettingsOptions

    func validate() throws {
        guard (limit ?? 0) >= 0 else { throw ValidationError("--limit must not be negative.") }
    }

    func perform(_ settings: Settings) async throws {
        try await withEngine(settings) { engine in
            if Terminal.hasOutput, !settings.json { Output.line(Terminal.styled(Self.heading, .bold)) }
            let head = try await engine.log.head()
            let wanted = limit ?? (after == nil ? 10 : 0)
            var cursor = after ?? LogCursor(wanted == 0 ? .start : max(.start, head.advanced(by: -wanted)))
            var last: LedgerEvent?
            var left = wanted == 0 ? Int.max : wanted
            while left > 0 {
                let page = try await Self.named { try await engine.eventPage(after: cursor, types: [], limit: min(left, 1_000)) }
                for event in page.events { Self.print(event, asJSON: settings.json) }
                last = page.events.last ?? last
                cursor = page.through
                left -= page.events.count
                if !page.hasMore { break }
            }
            try Output.flush()
            guard follow else { return }
            try await engine.follow(after: cursor.position, leafHash: last?.leafHash) { events in
                for event in events { Self.print(event, asJSON: settings.json) }
                try Output.flush()
            }
        }
    }

    /// Says of a log that does not hold a cursor what can be done.
    private static func named<Value: Sendable>(_ read: () async throws -> Value) async throws -> Value {
        do {
            return try await read()
        } catch let error as LogRewound {
            throw DevshareError(
                .logRewound, "the log does not hold \(error.cursor)",
                advice: error.checkpoint.map { "It holds \($0) still: go on with --after \($0)." }
                    ?? "See `devshare events tail` for where it ends.")
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

extension LogCursor: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

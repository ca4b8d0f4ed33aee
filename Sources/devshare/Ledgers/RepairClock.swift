import ArgumentParser
import Canonical
import SharingLog

/// `devshare ledger repair-clock`.
struct RepairClock: Verb {
    static let configuration = CommandConfiguration(
        commandName: "repair-clock",
        abstract: "Lets a ledger go on whose newest event has a time that has not come.",
        discussion: """
            Where the clocks of server and database were both ahead for a moment, as on one host before NTP has set it right, events \
            were recorded with a time that has not come. Until it comes, every command is answered clock-behind. Set the clocks \
            right first; then

              devshare ledger repair-clock --now "$(date --utc +%FT%TZ)" --actor a.chan --reason "db1 started with a wrong clock"

            records who set the time right and why. From that event on the ledger has the time of the clock, and running servers go \
            on within two seconds. No event is changed: `devshare audit verify` shows the repair, and takes the step back in time for \
            explained. What was decided at the wrong time stays decided: see which requests lapsed or were escalated too early.

            --now is the time by a clock that you trust, such as your watch, and not that of the host: a clock that is behind looks like \
            a ledger that is ahead. It must be within 5 minutes of the host's.

            Where nothing is wrong, nothing is recorded. Acts as an operator.

            \(ExitStatus.help)
            """)

    @Option(help: "The time by a clock that you trust, as RFC 3339.")
    var now: String

    @Option(help: "Why the time was wrong, in 1 to 1,000 characters; it stays for ever, so no personal data.")
    var reason: String

    @OptionGroup var operating: OperatorOptions
    @OptionGroup var options: SettingsOptions

    /// How far the time that was typed may be from that of this machine.
    private static let tolerance = Duration.seconds(300)

    func validate() throws {
        guard let now = Timestamp(now) else { throw ValidationError("--now must be RFC 3339, as in 2026-11-24T03:43:00Z.") }
        let difference = now.duration(since: .now)
        guard difference <= Self.tolerance, difference >= .zero - Self.tolerance else {
            throw ValidationError(
                "This machine's clock says \(Timestamp.now), which is more than 5 minutes from --now. Set the clock right first.")
        }
    }

    func perform(_ settings: Settings) async throws {
        let (reason, context) = (reason, operating.context)
        let repair = try await withLog(settings) { try await $0.repairClock(reason: reason, as: context) }
        if settings.json {
            Output.line(["repaired": .bool(repair != nil), "repair": repair?.json ?? .null])
        } else {
            Output.line(repair?.text ?? "no event has a time that has not come; nothing was recorded")
        }
    }
}

extension RecordedClockRepair {
    var text: String {
        """
        position \(position): \(actor ?? "?") set the ledger's time right, which explains the step back: events from position \
        \(repair.firstPosition) on had times that had not come, up to \(repair.latest) (\(repair.reason))
        """
    }

    var json: JSONValue {
        .members([
            "position": .integer(position.rawValue), "recordedAt": JSONValue(recordedAt), "actor": actor.map { .string($0) },
            "firstPosition": .integer(repair.firstPosition), "latest": JSONValue(repair.latest),
            "reason": .string(repair.reason),
        ])
    }
}

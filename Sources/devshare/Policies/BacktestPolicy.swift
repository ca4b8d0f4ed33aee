import ArgumentParser
import Canonical
import EligibilityPolicy
import SharingAudit
import SharingEngine
import SharingLog

/// `devshare policy backtest`.
struct BacktestPolicy: Verb {
    static let configuration = CommandConfiguration(
        commandName: "backtest", abstract: "Says what a candidate policy would have decided on the recorded requests.",
        discussion: """
            Every request is decided again on the facts recorded when it was submitted. Prints how many would have come out \
            otherwise, and which, with the rule that changed them. Nothing is written. Requests whose data are in an archive are \
            passed over and counted; `devshare archive attach` brings them back.

              devshare policy backtest candidate.yaml
              devshare policy backtest candidate.yaml --since 2026-01-01 --limit 0

            \(ExitStatus.help)
            """)

    @Argument(help: "The candidate's file.")
    var candidate: String

    @Option(help: "Only requests submitted at this moment or later: 2026-01-01, or RFC 3339.")
    var since: Timestamp?

    @Option(help: "Changed requests to list, at most; 0 for all.")
    var limit = 20

    @OptionGroup var options: SettingsOptions

    func validate() throws {
        guard limit >= 0 else { throw ValidationError("--limit must not be negative.") }
    }

    func perform(_ settings: Settings) async throws {
        let policy = try PolicyFile(candidate).policy()
        let (since, most) = (since, limit == 0 ? Int.max : limit)
        let report = try await withLog(settings) { log in
            var printed = 0
            return try await Backtest(log, candidate: policy, since: since).run { position, head in
                Terminal.progress("  position \(position) of \(head)")
            } onChange: { change in
                guard change.comparison.before != change.comparison.after, printed < most else { return }
                printed += 1
                Self.print(change, asJSON: settings.json, isFirst: printed == 1)
            }
        }
        Terminal.endProgress()
        settings.json ? Output.line(report.json) : print(report.tally, inArchive: report.inArchive)
    }

    private static func print(_ change: Backtest.Change, asJSON: Bool, isFirst: Bool) {
        let comparison = change.comparison
        if asJSON {
            return Output.line([
                "position": .integer(change.position.rawValue), "request": .string(change.request.description),
                "recordedAt": JSONValue(change.recordedAt), "before": .string(comparison.before.rawValue),
                "after": .string(comparison.after.rawValue), "rules": JSONValue(comparison.changing.map(\.rawValue)),
            ])
        }
        Terminal.endProgress()
        if isFirst { Output.line(Terminal.styled("Requests that would have come out otherwise", .bold)) }
        let rules = comparison.changing.map(\.rawValue).joined(separator: ", ")
        Output.line(
            "\(change.recordedAt.short)  \(change.request)  \(comparison.before.rawValue.padded(to: 7)) → "
                + "\(comparison.after.rawValue.padded(to: 7))  \(rules)")
    }

    private func print(_ report: DecisionTally, inArchive: Int) {
        if report.changed > limit, limit > 0 { Output.line("… and \(report.changed - limit) more; --limit 0 lists all") }
        if report.changed > 0 { Output.line() }
        var matrix = Table("BEFORE ↓  AFTER →", "APPROVE", "REVIEW", "REJECT")
        for before in Outcome.allCases {
            matrix.add(
                before.rawValue, "\(report[before, .approve])", "\(report[before, .review])", "\(report[before, .reject])")
        }
        Output.lines(matrix.lines(otherwise: ""))
        Output.line()
        if !report.changesByRule.isEmpty {
            var rules = Table("RULE", "REQUESTS IT CHANGED")
            for (rule, count) in report.changesByRule.sorted(by: { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }) {
                rules.add(rule.rawValue, "\(count)")
            }
            Output.lines(rules.lines(otherwise: ""))
            Output.line()
        }
        if !report.failuresByRule.isEmpty {
            var rules = Table("RULE THAT FAILED TO EVALUATE", "REQUESTS")
            for (rule, count) in report.failuresByRule.sorted(by: { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }) {
                rules.add(rule.rawValue, "\(count)")
            }
            Output.lines(rules.lines(otherwise: ""))
            Output.line()
        }
        Output.line(
            "\(report.requests.of("request")) decided again: \(report.changed) would have come out otherwise, "
                + "\(report.otherReasons) the same for other reasons")
        if inArchive > 0 { Output.line("\(inArchive.of("request")) passed over: their data are in an archive") }
    }
}

extension Backtest.Report {
    fileprivate var json: JSONValue {
        var matrix = JSONObject()
        for before in Outcome.allCases {
            var row = JSONObject()
            for after in Outcome.allCases { row[after.rawValue] = JSONValue(tally[before, after]) }
            matrix[before.rawValue] = .object(row)
        }
        var rules = JSONObject()
        for (rule, count) in tally.changesByRule { rules[rule.rawValue] = JSONValue(count) }
        var failures = JSONObject()
        for (rule, count) in tally.failuresByRule { failures[rule.rawValue] = JSONValue(count) }
        return [
            "requests": JSONValue(tally.requests), "changed": JSONValue(tally.changed),
            "otherReasons": JSONValue(tally.otherReasons), "matrix": .object(matrix), "changesByRule": .object(rules),
            "failedToEvaluate": .object(failures), "inArchive": JSONValue(inArchive),
        ]
    }
}

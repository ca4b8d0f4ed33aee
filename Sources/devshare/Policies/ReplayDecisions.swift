import ArgumentParser
import Canonical
import EligibilityPolicy
import SharingAudit
import SharingEngine
import SharingLog

/// `devshare policy replay`.
struct ReplayDecisions: Verb {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Makes every recorded decision again, under its own policy, and finds no difference.",
        discussion: """
            Policy texts, facts and decisions all come from the log. A decision that is not what its policy gives is named, and so \
            is a fact in it that was not so by the log before it; the exit status is 70: the log was altered, or this program decides \
            otherwise than the one that recorded it. Decisions whose data are in an archive are passed over and counted.

              devshare policy replay

            \(ExitStatus.help)
            """)

    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        let report = try await withLog(settings) { log in
            try await DecisionReplay(log).run { position, head in
                Terminal.progress("  position \(position) of \(head)")
            } onDifference: { difference in
                Self.print(difference, asJSON: settings.json)
            }
        }
        let facts = try await Self.factFindings(settings)
        Terminal.endProgress()
        for finding in facts.shown { if settings.json { Output.line(finding.json) } else { Output.line("\(finding)") } }
        if settings.json {
            Output.line([
                "decisions": JSONValue(report.decisions), "policies": JSONValue(report.policies),
                "factDifferences": JSONValue(facts.count), "differences": JSONValue(report.differences),
                "inArchive": JSONValue(report.inArchive),
            ])
        } else {
            Output.line(
                "\(report.decisions.of("decision")) made again under \(report.policies) "
                    + "\(report.policies == 1 ? "policy" : "policies"): \(report.differences.of("difference"))")
            if facts.count > 0 { Output.line("\(facts.count.of("fact")) in them not as the log before them has it") }
            if report.inArchive > 0 {
                Output.line("\(report.inArchive.of("decision")) passed over: their data are in an archive")
            }
        }
        guard facts.count == 0 else {
            throw DevshareError(
                .decisionsDiffer, "\(facts.count.of("fact")) in decisions of the log \(facts.count == 1 ? "was" : "were") not so",
                advice: "Run `devshare audit verify` before you rely on the log.")
        }
        guard report.differences == 0 else {
            throw DevshareError(
                .decisionsDiffer,
                "\(report.differences.of("decision")) of the log \(report.differences == 1 ? "is" : "are") not what the policy gives",
                advice: "Find out whether the log was altered before you rely on it.")
        }
    }

    /// What decisions say that was not so. The log is folded for it, as `devshare audit verify` does.
    private static func factFindings(_ settings: Settings) async throws -> (shown: [AuditFinding], count: Int) {
        var wanted = LogVerification.Options()
        wanted.checksReadModels = false
        let options = wanted
        let report = try await Database.open(settings) { database in
            let ledger = LedgerSettings(connectionString: database.connectionString, ledger: settings.ledger)
            return try await LogVerification(ledger, options: options).run { part, done, total in
                Terminal.progress("  \(part.rawValue): \(done) of \(total)")
            }
        }
        return (report.findings.filter { $0.code == .factDiffers }, report.factDifferences)
    }

    private static func print(_ difference: DecisionReplay.Difference, asJSON: Bool) {
        Terminal.endProgress()
        if asJSON {
            return Output.line(
                .members([
                    "position": .integer(difference.position.rawValue), "request": .string(difference.request.description),
                    "recordedAt": JSONValue(difference.recordedAt), "recorded": difference.recorded.report(withFailures: true),
                    "decided": difference.decided?.report(withFailures: true),
                ]))
        }
        let decided = difference.decided?.summary ?? "nothing: its policy \(difference.recorded.policy) is not in the log"
        Output.line(
            "#\(difference.position) \(difference.request): recorded \(difference.recorded.summary), the policy gives \(decided)")
    }
}

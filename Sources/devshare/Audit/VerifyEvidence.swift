import ArgumentParser
import Canonical
import SharingAudit
import SharingEngine

/// `devshare audit verify-export`.
struct VerifyEvidence: Verb {
    static let configuration = CommandConfiguration(
        commandName: "verify-export", abstract: "Verifies an evidence file with nothing but the log's public key.",
        discussion: """
            Needs no database and no network. That a key signed the checkpoint under the log's name, that the events lead to its \
            root, that each decision among them is what its policy gives, and that what it says of users, devices and its \
            request is what their events say, where the file has all of these. With --events the events are printed as they are \
            read; what is printed counts only if the end says that the file is genuine.

            Exit status 1 where the file is genuine, but lacks a version of a stream before another one: something may have been \
            withheld. A run of positions from the middle of a log does lack them; with --partial that is only said. With --complete \
            it must also show that it has every event of that stream up to the signed size.

              devshare audit verify-export case-4711.evidence --key broker.pub
              devshare audit verify-export case-4711.evidence --key broker.pub --events
              devshare audit verify-export whole.evidence --key broker.pub --complete user/maria01

            \(ExitStatus.help)
            """)

    @Argument(help: "The evidence file.")
    var file: String

    @Option(help: "A public key of the log, or the file of one; several where the key has changed.")
    var key: [String]

    @Flag(help: "Print the events.")
    var events = false

    @Flag(help: "Take a file that lacks versions of streams, such as a run of positions.")
    var partial = false

    @Option(help: "A stream of which every event must be in the file, such as user/maria01; several if need be.")
    var complete: [String] = []

    @OptionGroup var log: LogNameOptions
    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        var verifier = EvidenceVerifier(
            trusting: try CheckpointKeys.verifiers(named: key), origin: log.name(in: settings), stating: complete)
        try await EvidenceLines.forEach(of: file) { line in
            try verifier.add(line) { event in if events { TailEvents.print(event, asJSON: settings.json) } }
        }
        let report = try verifier.end()
        guard let checkpoint = report.checkpoint else { return }
        if settings.json {
            Output.line(EvidenceVerdict(file: file, report: report, checkpoint: checkpoint).json)
        } else {
            for line in EvidenceVerdict(file: file, report: report, checkpoint: checkpoint).lines { Output.line(line) }
        }
        guard partial || report.isWhole else {
            let first = report.gaps.first.map { "\($0)" } ?? report.doubts.first.map { "\($0)" }
            throw DevshareError(
                .evidenceIncomplete,
                "the file is genuine, but lacks \((report.gapCount + report.doubtCount).of("part")) of streams that it has: \(first ?? "")",
                advice: "Ask for what is missing, or take it as it is with --partial.")
        }
        if let open = report.statements.first(where: { !$0.isComplete }) {
            throw DevshareError(
                .evidenceIncomplete, "the file does not show that it has every event of \(open.stream)",
                advice: "Ask for a run of positions from the first event of the stream to the last that is signed.")
        }
    }
}

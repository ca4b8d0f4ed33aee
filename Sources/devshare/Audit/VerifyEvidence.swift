import ArgumentParser
import Canonical
import SharingEngine

/// `devshare audit verify-export`.
struct VerifyEvidence: Verb {
    static let configuration = CommandConfiguration(
        commandName: "verify-export", abstract: "Verifies an evidence file with nothing but the log's public key.",
        discussion: """
            Needs no database and no network. That a key signed the checkpoint, that the events lead to its root, and that each \
            decision among them is what its policy gives. With --events the events are printed as they are read; what is printed \
            counts only if the end says that the file is genuine.

              devshare audit verify-export case-4711.evidence --key broker.pub
              devshare audit verify-export case-4711.evidence --key broker.pub --events

            \(ExitStatus.help)
            """)

    @Argument(help: "The evidence file.")
    var file: String

    @Option(help: "A public key of the log, or the file of one; several where the key has changed.")
    var key: [String]

    @Flag(help: "Print the events.")
    var events = false

    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        var verifier = EvidenceVerifier(trusting: try CheckpointKeys.verifiers(named: key))
        try await EvidenceLines.forEach(of: file) { line in
            try verifier.add(line) { event in if events { TailEvents.print(event, asJSON: settings.json) } }
        }
        let report = try verifier.end()
        guard let checkpoint = report.checkpoint else { return }
        if settings.json {
            Output.line([
                "file": .string(file), "ledger": .string(report.ledger), "origin": .string(checkpoint.origin),
                "size": .integer(Int64(clamping: checkpoint.size)), "root": .string(checkpoint.root.description),
                "events": .integer(report.events), "decisions": JSONValue(report.decisions),
            ])
        } else {
            Output.line(
                "\(file) is genuine: \(Int(report.events).of("event")) of ledger \(report.ledger), \(report.decisions.of("decision")) made again"
            )
            Output.line("signed by \(checkpoint.origin) at \(checkpoint.size) events, root \(checkpoint.root)")
        }
    }
}

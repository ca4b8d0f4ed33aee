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
        let chunks = try FileChunks(file)
        var lines = LineSplitter(limit: EvidenceVerifier.longestLine)
        try await chunks.forEach { bytes, offset in
            for line in try lines.split(bytes) {
                try verifier.add(line) { event in if events { TailEvents.print(event, asJSON: settings.json) } }
            }
            Terminal.progress("  \(offset) of \(chunks.size) bytes")
        }
        try lines.end()
        let report = try verifier.end()
        Terminal.endProgress()
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

/// Cuts what is read in pieces into lines. The last one must end with a newline too.
struct LineSplitter {
    private let limit: Int
    private var rest: [UInt8] = []

    init(limit: Int) { self.limit = limit }

    /// The lines that have become complete, without their newlines. Throws `file-unreadable` for one that is too long.
    mutating func split(_ bytes: [UInt8]) throws -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var pieces = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
        while pieces.count > 1, let piece = pieces.popFirst() {
            lines.append(rest + piece)
            rest = []
        }
        rest += pieces.first ?? []
        guard rest.count <= limit else { throw DevshareError(.fileUnreadable, "a line has more than \(limit) bytes") }
        return lines
    }

    func end() throws {
        guard rest.isEmpty else {
            throw DevshareError(.fileUnreadable, "the last line does not end: the file is cut off")
        }
    }
}

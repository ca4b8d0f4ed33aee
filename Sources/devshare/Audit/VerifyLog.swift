import ArgumentParser
import Canonical
import Foundation
import SharingAudit
import SharingEngine
import SharingLog

/// `devshare audit verify`.
struct VerifyLog: Verb {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Checks the whole log, and names the first position that is wrong and what is wrong with it.",
        discussion: """
            Every event against its leaf hash and against the tree that was signed; every checkpoint; positions and versions \
            without gaps; every decision under the policy that made it; everything that a decision says of users, devices, consent \
            and officers against the log before it; every row of the read models against the log. Of events whose \
            data are in archives: their leaf hashes against the tree, and the rest of their rows against what the log says of the \
            archive, and with --archive what that says against the file. It only \
            reads: a read replica will do. Exit status 70 where something is found.

            To compare them it needs room for temporary files, half a gigabyte for a million events, in the folder that TMPDIR \
            names; with both --no-read-models and --no-decisions it needs none.

            With --key the signatures of checkpoints are checked too, and it is a finding that a position is covered by none; it \
            is waited some seconds for an engine to seal what is new. Without it somebody who rewrote the whole database would go \
            unnoticed. With --kept the log must still have a checkpoint that somebody kept. Comparisons of identities rest on \
            fingerprints, which can be erased: they are not made again.

              devshare audit verify --key broker.pub
              devshare audit verify --key broker.pub --state verify.state     goes on where it was interrupted

            \(ExitStatus.help)
            """)

    @Option(help: "A public key of the log, or the file of one; several where the key has changed.")
    var key: [String] = []

    @Option(help: "File in which to note how far it has come, and from which to go on.")
    var state: String?

    @Option(help: "Connections that read at the same time. (default: twice the cores)")
    var readers: Int?

    @Option(help: "An evidence file that has data of the log, to be compared with what the log says of it; several if need be.")
    var archive: [String] = []

    @Option(help: "A checkpoint that was kept elsewhere, or an evidence file, whose checkpoint is meant; several if need be.")
    var kept: [String] = []

    @Flag(inversion: .prefixedNo, help: "Make every decision again, and compare what it says with the log.")
    var decisions = true

    @Flag(inversion: .prefixedNo, help: "Compare the read models with the log.")
    var readModels = true

    @OptionGroup var log: LogNameOptions
    @OptionGroup var options: SettingsOptions

    func validate() throws {
        guard kept.isEmpty || !key.isEmpty else { throw ValidationError("--kept needs a --key.") }
        guard (1...64).contains(readers ?? 1) else { throw ValidationError("--readers must be from 1 to 64.") }
        guard archive.isEmpty || !key.isEmpty else { throw ValidationError("--archive needs a --key.") }
    }

    func perform(_ settings: Settings) async throws {
        var wanted = LogVerification.Options()
        wanted.keys = try CheckpointKeys.verifiers(named: key)
        wanted.origin = log.name(in: settings)
        wanted.sealingPatience = Self.sealingPatience
        let checkpoints = try kept.map {
            (file: $0, checkpoint: try VerifyCheckpoints.open($0, wanted.keys, origin: wanted.origin))
        }
        try VerifyCheckpoints.checkAgreement(checkpoints)
        wanted.kept = checkpoints.map(\.checkpoint)
        wanted.readers = readers ?? wanted.readers
        wanted.checksDecisions = decisions
        wanted.checksReadModels = readModels
        for file in archive {
            wanted.archives.append(try await EvidenceLines.archive(file, trusting: wanted.keys, origin: wanted.origin))
        }
        let options = wanted
        let started = ContinuousClock.now
        let report = try await Database.open(settings) { database in
            let verification = LogVerification(
                LedgerSettings(connectionString: database.connectionString, ledger: settings.ledger),
                options: options)
            let rate = ProgressRate()
            return try await verification.run(from: try resumption()) { part, done, total in
                Terminal.progress("  \(part.rawValue): " + rate.text(part.rawValue, done, total))
            } keep: { state in
                try keep(state)
            }
        }
        Terminal.endProgress()
        Self.print(report, options, ContinuousClock.now - started, settings)
        if let first = report.findings.first {
            throw DevshareError(
                .logDamaged, "\(report.findingCount.of("finding")), the first at \(first)",
                advice:
                    "Keep the database as it is, and compare it with a backup and with checkpoints that were kept elsewhere."
            )
        }
    }

    /// An engine seals once a second.
    private static let sealingPatience: Duration = .seconds(3)

    private func resumption() throws -> VerificationState? {
        guard let state, let text = FileManager.default.contents(atPath: state) else { return nil }
        guard let json = try? JSONValue(parsing: Array(text)), let read = VerificationState(json: json) else {
            throw DevshareError(
                .fileUnreadable, "\(state) is no state of a verification", advice: "Name a file that is not there yet.")
        }
        return read
    }

    private func keep(_ position: VerificationState) throws {
        guard let state else { return }
        do {
            try Data(position.json.canonicalBytes() + [UInt8(ascii: "\n")]).write(
                to: URL(fileURLWithPath: state), options: .atomic)
        } catch {
            throw DevshareError(.fileUnreadable, "\(state) cannot be written")
        }
    }

    private static func print(
        _ report: LogVerification.Report, _ options: LogVerification.Options, _ time: Duration, _ settings: Settings
    ) {
        if settings.json {
            Output.line([
                "events": .integer(report.events), "decisions": JSONValue(report.decisions),
                "detached": .integer(report.detached),
                "checkpoints": JSONValue(report.checkpoints),
                "streams": JSONValue(report.streams), "sealed": .integer(report.sealed),
                "root": .string(report.root.description),
                "signaturesChecked": .bool(!options.keys.isEmpty), "factsCompared": .bool(options.checksDecisions),
                "runsBackCount": JSONValue(report.runsBackCount), "runsBack": .integer(report.runsBack?.rawValue ?? 0),
                "clockRepairs": .array(report.clockRepairs.map(\.json)),
                "findingCount": JSONValue(report.findingCount),
                "findings": .array(report.findings.map(\.json)),
            ])
            return
        }
        for finding in report.findings { Output.line("\(finding)") }
        if report.findingCount > report.findings.count {
            Output.line("… and \(report.findingCount - report.findings.count) more")
        }
        let rate = Int(Double(report.events) / max(time.seconds, 0.001))
        Output.line("\(Int(report.events).of("event")) read, \(rate) a second; root \(report.root)")
        var parts = ["\(report.checkpoints.of("checkpoint")) of up to \(report.sealed) events"]
        if options.checksDecisions { parts.append("\(report.decisions.of("decision")) made again and compared with the log") }
        if options.checksDecisions || options.checksReadModels { parts.append("\(report.streams.of("stream")) folded") }
        Output.line(parts.joined(separator: ", "))
        if options.checksDecisions, report.decisions > 0 {
            Output.line("comparisons of identities were not made again: fingerprints can be erased")
        }
        if report.detached > 0 {
            Output.line(
                "data of \(Int(report.detached).of("event")) are in archives, which `devshare audit verify-export` verifies by themselves"
            )
        }
        for repair in report.clockRepairs { Output.line(repair.text) }
        if let position = report.runsBack {
            Output.line(
                "warning: times run back by more than a minute at \(report.runsBackCount.of("event")) or more, first at position \(position)"
            )
        }
        if options.keys.isEmpty { Output.line("signatures were not checked: no --key was given") }
        if report.findingCount == 0 { Output.line("nothing is wrong") }
    }
}

extension AuditFinding {
    var json: JSONValue {
        .members([
            "position": position.map { .integer($0.rawValue) }, "code": .string(code.rawValue),
            "message": .string(message), "fact": difference.map { .string($0.fact) },
            "recorded": difference.map { .string($0.recorded) }, "actual": difference.map { .string($0.actual) },
        ])
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

import ArgumentParser
import Canonical
import EventLog
import Foundation
import SharingAudit
import SharingEngine
import SharingLog
import Transparency

/// `devshare backup verify`.
struct VerifyBackup: Verb {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Checks a restored database against checkpoints that were kept outside it.",
        discussion: """
            Restore the dump or the base backup into a server of its own and name that with --database-url. The log is verified \
            as by `devshare audit verify`, and must extend every checkpoint: a folder that the engine uses as a witness, or files. \
            If it is an older one, the positions that are missing are named.

              devshare backup verify /witness --key broker.pub --database-url postgresql://restore@spare/sharing

            \(ExitStatus.help)
            """)

    @Argument(help: "Files of checkpoints, or folders of them.")
    var checkpoints: [String]

    @Option(help: "A public key of the log, or the file of one; several where the key has changed.")
    var key: [String]

    @OptionGroup var log: LogNameOptions
    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        let keys = try CheckpointKeys.verifiers(named: key)
        let origin = log.name(in: settings)
        let kept = try files().map { try (file: $0, checkpoint: VerifyCheckpoints.open($0, keys, origin: origin)) }
        try VerifyCheckpoints.checkAgreement(kept)
        guard let newest = kept.max(by: { $0.checkpoint.size < $1.checkpoint.size }) else {
            throw DevshareError(
                .checkpointInvalid, "there are no checkpoints in \(checkpoints.joined(separator: ", "))")
        }
        var wanted = LogVerification.Options()
        (wanted.keys, wanted.origin, wanted.demandsCover) = (keys, origin, false)
        let options = wanted
        let (report, head) = try await Database.open(settings) { database in
            let ledger = LedgerSettings(connectionString: database.connectionString, ledger: settings.ledger)
            let report = try await LogVerification(ledger, options: options).run { part, done, total in
                Terminal.progress("  \(part.rawValue): \(done) of \(total)")
            }
            return try await database.withLog { log in
                let head = try await log.head().rawValue
                for (file, checkpoint) in kept where checkpoint.size <= UInt64(report.sealed) {
                    try await VerifyCheckpoints.compare(checkpoint, of: file, log)
                }
                return (report, head)
            }
        }
        Terminal.endProgress()
        for finding in report.findings {
            if settings.json { Output.line(finding.json) } else { Output.line("\(finding)") }
        }
        let size = Int64(clamping: newest.checkpoint.size)
        if size > head {
            throw DevshareError(
                .backupIncomplete,
                "positions \(head + 1) to \(size) are missing: \(newest.file) was signed over \(size) events",
                advice: "Look for a newer backup, or for the write-ahead log behind this one.")
        }
        if let first = report.findings.first {
            throw DevshareError(.logDamaged, "\(report.findingCount.of("finding")), the first at \(first)")
        }
        if settings.json {
            Output.line(["events": .integer(report.events), "signed": .integer(size), "complete": true])
        } else {
            Output.line(
                "complete: \(Int(report.events).of("event")), and \(kept.count.of("checkpoint")) of up to \(size) events hold"
            )
        }
    }

    private func files() throws -> [String] {
        try checkpoints.flatMap { path in
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw DevshareError(.fileUnreadable, "\(path) is not there")
            }
            guard isFolder.boolValue else { return [path] }
            return try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".checkpoint") }
                .sorted()
                .map { path + "/" + $0 }
        }
    }
}

import ArgumentParser
import Canonical
import Foundation
import SharingAudit
import SharingEngine
import SharingLog
import Transparency

/// `devshare checkpoint verify`.
struct VerifyCheckpoints: Verb {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Checks checkpoints that somebody kept: who signed them, and that the log still extends them.",
        discussion: """
            A file is a checkpoint, or an evidence file, whose checkpoint is then meant. A key may sign for several logs, so the \
            log's name must be the key's, or that of --origin. Two checkpoints of one size with different roots are the proof \
            that somebody was shown another log, and are refused. With --offline only this and the signatures are checked, and no \
            database is needed. The key of a witness may be named beside the log's: what it cosigned must then be so.

              devshare checkpoint verify last-year.checkpoint --key broker.pub
              devshare checkpoint verify *.checkpoint --key broker.pub --offline

            \(ExitStatus.help)
            """)

    @Argument(help: "Files of checkpoints, or evidence files.")
    var files: [String]

    @Option(help: "A public key, or the file of one; several where the key has changed.")
    var key: [String]

    @Flag(help: "Check the signatures only.")
    var offline = false

    @OptionGroup var log: LogNameOptions
    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        let keys = try CheckpointKeys.verifiers(named: key)
        let origin = log.name(in: settings)
        let checkpoints = try files.map { try Kept($0, keys, origin: origin) }
        try Self.checkAgreement(checkpoints.map { (file: $0.file, checkpoint: $0.checkpoint) })
        if offline {
            for kept in checkpoints { kept.print(comparedWithLog: false, settings) }
            return
        }
        try await withLog(settings) { log in
            for kept in checkpoints {
                try await Self.compare(kept.checkpoint, of: kept.file, log)
                kept.print(comparedWithLog: true, settings)
            }
        }
    }

    /// Reads a checkpoint that one of the keys signed: a signed note, or the one in an evidence file. Throws
    /// `checkpoint-invalid`.
    static func open(_ file: String, _ keys: [VerifierKey], origin: String?) throws -> Checkpoint {
        try Kept(file, keys, origin: origin).checkpoint
    }

    /// Throws `checkpoint-invalid` where a log was shown in two versions: two checkpoints of one name and size with different roots.
    static func checkAgreement(_ checkpoints: [(file: String, checkpoint: Checkpoint)]) throws {
        var seen: [UInt64: [(file: String, checkpoint: Checkpoint)]] = [:]
        for (file, checkpoint) in checkpoints {
            let others = seen[checkpoint.size, default: []]
            if let other = others.first(where: {
                $0.checkpoint.origin.utf8.elementsEqual(checkpoint.origin.utf8) && $0.checkpoint.root != checkpoint.root
            }) {
                throw DevshareError(
                    .checkpointInvalid,
                    "\(other.file) and \(file) are both of \(checkpoint.size) events of \(checkpoint.origin), but have different roots",
                    advice: "Both are signed: the log was shown in two versions. Keep both files, they prove it.")
            }
            seen[checkpoint.size] = others + [(file: file, checkpoint: checkpoint)]
        }
    }

    /// Throws `checkpoint-invalid` unless the log extends it.
    static func compare(_ checkpoint: Checkpoint, of file: String, _ log: LedgerHandle) async throws {
        let head = try await log.head()
        guard checkpoint.size <= UInt64(head.rawValue) else {
            throw DevshareError(
                .checkpointInvalid, "\(file) is of \(checkpoint.size) events, but the log has \(head)",
                advice:
                    "The database is an older one than that which was signed: positions \(head.rawValue + 1) to \(checkpoint.size) are missing."
            )
        }
        let root = try await log.root(ofTreeOfSize: checkpoint.size)
        guard root == checkpoint.root else {
            throw DevshareError(
                .checkpointInvalid,
                "\(file) has the root \(checkpoint.root) at \(checkpoint.size) events, the log's tree has \(root)",
                advice: "The log was rewritten; find the first wrong position with `devshare audit verify`.")
        }
    }
}

/// A checkpoint that one of the keys signed, and the file that it was kept in.
private struct Kept {
    let file: String
    let checkpoint: Checkpoint
    /// Whether the file is an evidence file. Of its events nothing is checked here.
    let isInEvidence: Bool

    /// Throws `checkpoint-invalid` and `file-unreadable`.
    init(_ file: String, _ keys: [VerifierKey], origin: String?) throws {
        let (note, isInEvidence) = try Self.note(in: file)
        do throws(TransparencyError) {
            checkpoint = try Checkpoint.open(SignedNote(parsing: note), trusting: keys, origin: origin)
        } catch {
            throw DevshareError(.checkpointInvalid, "\(file): \(error)")
        }
        self.file = file
        self.isInEvidence = isInEvidence
    }

    private static func note(in file: String) throws -> (note: [UInt8], isInEvidence: Bool) {
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
            defer { try? handle.close() }
            // Of an evidence file, which may be a long one, the first line is enough.
            let start = Array(try handle.read(upToCount: SignedNote.maximumSize + 1) ?? Data())
            guard let checkpoint = try EvidenceFile.checkpoint(beginning: start) else { return (start, false) }
            return (Array(checkpoint.utf8), true)
        } catch let error as EvidenceError {
            throw DevshareError(.checkpointInvalid, "\(file): \(error.message)")
        } catch {
            throw DevshareError(.fileUnreadable, "\(file) cannot be read")
        }
    }

    func print(comparedWithLog: Bool, _ settings: Settings) {
        if settings.json {
            Output.line([
                "file": .string(file), "isInEvidence": .bool(isInEvidence), "comparedWithLog": .bool(comparedWithLog),
                "origin": .string(checkpoint.origin), "size": JSONValue(checkpoint.size),
                "root": .string(checkpoint.root.description),
            ])
        } else {
            let place = isInEvidence ? "\(file), its checkpoint alone" : file
            let extent = comparedWithLog ? "" : " (signature only)"
            Output.line("\(place): \(checkpoint.origin), \(checkpoint.size) events, root \(checkpoint.root)\(extent)")
        }
    }
}

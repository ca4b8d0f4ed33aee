import ArgumentParser
import Canonical
import DeviceSharing
import SharingAudit
import SharingEngine
import SharingLog

/// `devshare audit export`.
struct ExportEvidence: Verb {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes a file that proves what the log says, to whoever has the log's public key.",
        discussion: """
            The file holds the events that are disclosed, the policies that decided, a signed checkpoint, and hashes in the \
            place of everything else; docs/EVIDENCE.md specifies it. It is verified without the database by \
            `devshare audit verify-export`, or by docs/verify-evidence.py.

              devshare audit export --request 01a0df1e-aeb8-7a3e-81e0-55de83d4f975 --out case-4711.evidence
              devshare audit export --from 1 --to 5000 --out first-quarter.evidence

            \(ExitStatus.help)
            """)

    @Option(help: "The first position of a run.")
    var from: Int64?

    @Option(help: "The last position of a run. (default with --from: the last that is sealed)")
    var to: Int64?

    @Option(help: "A request whose every event is disclosed: its UUID, as `devshare request list` shows it; several if need be.")
    var request: [ShareRequestID] = []

    @Option(help: "A user whose every event is disclosed.")
    var user: [UserID] = []

    @Option(help: "A device whose every event is disclosed.")
    var device: [DeviceID] = []

    @Option(help: "The file to write.")
    var out: String

    @OptionGroup var options: SettingsOptions

    func validate() throws {
        guard from != nil || to != nil || !streams.isEmpty else {
            throw ValidationError("Say what to export: --request, --user, --device, or --from and --to.")
        }
        guard (from ?? 1) >= 1, (from ?? 1) <= (to ?? .max) else {
            throw ValidationError("--from must be 1 or more, and not above --to.")
        }
    }

    private var streams: [StreamID] {
        request.map(StreamID.shareRequest) + user.map(StreamID.user) + device.map(StreamID.device)
    }

    func perform(_ settings: Settings) async throws {
        let report = try await Database.open(settings) { database in
            let keys = try CheckpointKeys.sealing(database)?.trustedKeys ?? []
            return try await database.withLog { log in
                var selection = EvidenceSelection(streams: streams)
                if from != nil || to != nil {
                    let sealed = try await log.latestCheckpoint()?.size ?? 0
                    guard (from ?? 1) <= to ?? Int64(sealed) else {
                        throw EngineError(.notSealed, "position \(from ?? 1) is not sealed yet")
                    }
                    selection.positions = (from ?? 1)...(to ?? Int64(sealed))
                }
                let file = try OutputFile(out)
                do {
                    let report = try await EvidenceExport(log, selection, keys: keys).run { position, size in
                        Terminal.progress("  position \(position) of \(size)")
                    } write: { line in
                        try file.write(line)
                    }
                    try file.close()
                    return report
                } catch {
                    file.abandon()
                    throw error
                }
            }
        }
        Terminal.endProgress()
        if settings.json {
            Output.line(["file": .string(out), "events": .integer(report.events), "size": .integer(Int64(report.size))])
        } else {
            Output.line("\(out): \(Int(report.events).of("event")) disclosed of \(report.size) signed")
        }
    }
}

import ArgumentParser
import Canonical
import SharingAudit
import SharingEngine

/// `devshare archive detach`.
struct DetachArchive: Verb {
    static let configuration = CommandConfiguration(
        commandName: "detach", abstract: "Takes out of the log what an evidence file has of it, and records that it did.",
        discussion: """
            Only the data of finished share requests leave, nearly half of a log's bytes, and only of requests whose every event is in \
            the file's run of positions. Users, devices and policies stay, since decisions rest on them. Every row stays with its \
            leaf hash, so the tree is whole, and the whole log is verified as before. The file is verified first, against the \
            key and against the log; one of which nothing would leave is refused, and nothing is recorded. What is interrupted \
            goes on where the same command is given again.

            What needs the data from then on (the story of one of these requests, a replay, a back-test over that time, a rebuild \
            of the read models) says so; the queue, the list of requests, and decisions do not. `devshare archive attach` brings \
            them back. Keep the file, and a copy of it: nothing else has the data.

              devshare audit export --from 1 --to 65536 --out archive-1.evidence
              devshare archive detach archive-1.evidence --key broker.pub

            Needs the rights of the schema's owner. Acts as an operator. The database gives the room to other rows; VACUUM FULL \
            gives it back to the disk.

            \(ExitStatus.help)
            """)

    @Argument(help: "The evidence file.")
    var file: String

    @Option(help: "A public key of the log, or the file of one; several where the key has changed.")
    var key: [String]

    @OptionGroup var log: LogNameOptions
    @OptionGroup var operating: OperatorOptions
    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        let archive = try await EvidenceLines.archive(
            file, trusting: CheckpointKeys.verifiers(named: key), origin: log.name(in: settings))
        let detached = try await withEngine(settings) { engine in
            try await EventArchive(engine, as: operating.context).detach(archive) { done, total in
                Terminal.progress("  \(done) of \(total) positions")
            }
        }
        Terminal.endProgress()
        let (first, last) = (archive.run.positions.lowerBound, archive.run.positions.upperBound)
        if settings.json {
            Output.line([
                "archive": .string(archive.digest.description), "firstPosition": .integer(first), "lastPosition": .integer(last),
                "detached": .integer(detached),
            ])
        } else {
            let events = Int(detached).of(detached == 0 ? "more event" : "event")
            Output.line("data of \(events) of positions \(first) to \(last) have left the log; archive \(archive.digest)")
        }
    }
}

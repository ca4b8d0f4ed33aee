import ArgumentParser
import Canonical
import SharingAudit
import SharingEngine
import SharingLog

/// `devshare checkpoint seal`.
struct SealLog: Verb {
    static let configuration = CommandConfiguration(
        commandName: "seal",
        abstract: "Signs what was recorded since the last checkpoint. A server that has the key does so by itself.",
        discussion: """
            Nothing is signed that does not extend what was signed before and what the witnesses have seen: a restored old backup \
            or a rewritten log is refused with log-shrunk or log-rewritten, and the exit status is 70. Nor is anything signed with \
            fewer witnesses than the last checkpoint had, which is refused with witnesses-missing: name them in \
            DEVSHARE_CHECKPOINT_WITNESSES, as for the servers. Where a witness was given up for good, --fewer-witnesses says so \
            once; the next checkpoints need as many as this one had.

              devshare checkpoint seal

            \(ExitStatus.help)
            """)

    @Flag(help: "Sign with fewer witnesses than the last checkpoint had.")
    var fewerWitnesses = false

    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        let (latest, head) = try await Database.open(settings) { database in
            var sealing = try CheckpointKeys.sealing(database)
            sealing?.allowsFewerWitnesses = fewerWitnesses
            guard let sealing else { throw EngineError(.sealingNotConfigured) }
            return try await database.withLog { [sealing] log in
                try await Self.seal(log, SealingService(log, sealing))
            }
        }
        guard let latest else { throw DevshareError(.eventNotFound, "the log has no events yet that could be sealed") }
        if settings.json {
            Output.line([
                "size": .integer(Int64(clamping: latest.size)), "root": .string(latest.root.description),
                "head": .integer(head.rawValue),
            ])
        } else {
            Output.line("sealed \(latest.size) events, root \(latest.root)")
        }
    }

    private static func seal(_ log: LedgerHandle, _ sealing: SealingService) async throws -> (SealedCheckpoint?, Position) {
        let head = try await log.head()
        // What another process seals at this moment is waited for.
        while try await log.latestCheckpoint()?.size ?? 0 < UInt64(head.rawValue) {
            if try await sealing.seal() == nil { try await Task.sleep(for: .milliseconds(20)) }
        }
        return (try await log.latestCheckpoint(), head)
    }
}

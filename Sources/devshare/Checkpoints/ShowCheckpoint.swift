import ArgumentParser
import Canonical
import DeviceSharingClient
import SharingAudit
import SharingEngine
import SharingLog
import Transparency

/// `devshare checkpoint show`.
struct ShowCheckpoint: RemoteVerb {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Prints a checkpoint as it was published: the newest, or the first that covers a position.",
        discussion: """
            The text is a signed note (c2sp.org/signed-note): the log's name, the number of events, the root of the tree over \
            them, and signatures.

              devshare checkpoint show > today.checkpoint
              devshare checkpoint show --covering 4711
              devshare checkpoint show --server https://sharing.example.com --token-file auditor.token

            \(ExitStatus.help)
            """)

    @Option(help: "The position that it must cover.")
    var covering: Int64?

    @OptionGroup var remote: RemoteOptions
    @OptionGroup var options: SettingsOptions

    func validate() throws {
        guard (covering ?? 1) >= 1 else { throw ValidationError("--covering must be 1 or more.") }
    }

    func performHere(_ settings: Settings) async throws {
        let checkpoint = try await withLog(settings) { log in
            if let covering { return try await log.checkpoint(covering: Position(rawValue: covering)) }
            return try await log.latestCheckpoint()
        }
        guard let checkpoint else { throw EngineError(.notSealed) }
        try Self.print(SignedNote(parsing: checkpoint.note), sealedAt: checkpoint.sealedAt, settings)
    }

    func perform(on client: DeviceSharingClient, _ settings: Settings) async throws {
        try Self.print(await client.checkpoint(covering: covering), settings)
    }

    /// - Parameter sealedAt: where it is known; no part of what is signed.
    private static func print(_ note: SignedNote, sealedAt: Timestamp? = nil, _ settings: Settings) throws {
        guard settings.json else { return Output.document(note.description) }
        let checkpoint = try Checkpoint(text: note.text)
        Output.line(
            .members([
                "size": JSONValue(checkpoint.size), "root": .string(checkpoint.root.description),
                "note": .string(note.description), "sealedAt": sealedAt.map { JSONValue($0) },
            ]))
    }
}

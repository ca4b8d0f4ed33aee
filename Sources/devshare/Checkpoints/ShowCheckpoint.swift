import ArgumentParser
import Canonical
import EventLog
import SharingEngine

/// `devshare checkpoint show`.
struct ShowCheckpoint: Verb {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Prints a checkpoint as it was published: the newest, or the first that covers a position.",
        discussion: """
            The text is a signed note (c2sp.org/signed-note): the log's name, the number of events, the root of the tree over \
            them, and signatures.

              devshare checkpoint show > today.checkpoint
              devshare checkpoint show --covering 4711

            \(ExitStatus.help)
            """)

    @Option(help: "The position that it must cover.")
    var covering: Int64?

    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        let checkpoint = try await withEngine(settings) { engine in
            if let covering { return try await engine.checkpoint(covering: Position(rawValue: covering)) }
            return try await engine.latestCheckpoint()
        }
        guard let checkpoint else { throw EngineError(.notSealed) }
        if settings.json {
            Output.line([
                "size": .integer(Int64(clamping: checkpoint.size)), "root": .string(checkpoint.root.description),
                "note": .string(checkpoint.note), "sealedAt": JSONValue(checkpoint.sealedAt),
            ])
        } else {
            print(checkpoint.note, terminator: "")
        }
    }
}

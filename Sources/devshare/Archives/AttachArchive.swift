import ArgumentParser
import Canonical
import SharingAudit
import SharingEngine

/// `devshare archive attach`.
struct AttachArchive: Verb {
    static let configuration = CommandConfiguration(
        commandName: "attach", abstract: "Brings back into the log what left it for an evidence file.",
        discussion: """
            The database takes nothing but what gives the leaf hash that it kept, so what comes back is what left, byte for byte. \
            On a restored copy of the database this is how the whole history is verified years later, decisions and read models \
            included:

              devshare archive attach archive-1.evidence --database-url postgresql://owner@spare/sharing
              devshare audit verify --key broker.pub --database-url postgresql://owner@spare/sharing

            Needs the rights of the schema's owner. Acts as an operator.

            \(ExitStatus.help)
            """)

    @Argument(help: "The evidence file.")
    var file: String

    @OptionGroup var operating: OperatorOptions
    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        let attached = try await withEngine(settings) { engine in
            try await EventArchive(engine, as: operating.context).attach { attachment in
                try await EvidenceLines.forEach(of: file) { try await attachment.add($0) }
            }
        }
        if settings.json {
            Output.line(["file": .string(file), "attached": .integer(attached)])
        } else {
            Output.line("data of \(Int(attached).of("event")) are back in the log")
        }
    }
}

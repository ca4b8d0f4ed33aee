import ArgumentParser
import Canonical
import Foundation
import Transparency

/// `devshare checkpoint keygen`.
struct MakeKey: Verb {
    static let configuration = CommandConfiguration(
        commandName: "keygen", abstract: "Makes a key under which checkpoints are signed, and prints its public half.",
        discussion: """
            The name says which log signs: by custom a URL without its scheme. It becomes the first line of every checkpoint. The \
            secret goes to a file that only you may read, its public half beside it, with .pub at the end: give that to whoever \
            shall verify. Beside an embedded server the key in --data is found by itself; elsewhere name it in \
            DEVSHARE_CHECKPOINT_KEY_FILE. Keys are read when a server starts: start one that runs again.

            To change the key, make another of the same name in another file, sign with both for a while \
            (DEVSHARE_CHECKPOINT_KEY_FILE takes several files), then with the new one alone, the old one's public half in \
            DEVSHARE_CHECKPOINT_FORMER_KEYS.

              devshare checkpoint keygen broker.example/sharing
              devshare checkpoint keygen broker.example/sharing --out /etc/devshare/2027.key

            \(ExitStatus.help)
            """)

    @Argument(help: "The log's name.")
    var name: String

    @Option(help: "File of the secret; must not be there yet. (default: checkpoint.key in --data)")
    var out: String?

    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        let key: SignerKey
        do throws(TransparencyError) {
            key = SignerKey.generate(name: try KeyName(name))
        } catch {
            throw DevshareError(
                .checkpointKeyInvalid, error.message, advice: "Name the log like broker.example/sharing.")
        }
        let file =
            out.map { URL(fileURLWithPath: $0) }
            ?? settings.dataDirectory.appendingPathComponent(CheckpointKeys.fileName)
        if out == nil {
            try FileManager.default.createDirectory(at: settings.dataDirectory, withIntermediateDirectories: true)
        }
        try SecretFile.write(key.secretText, to: file, otherwise: "A key is not overwritten: name another file with --out.")
        try Data("\(key.verifier)\n".utf8).write(to: file.appendingPathExtension("pub"))
        if settings.json {
            Output.line(["key": .string(key.verifier.description), "file": .string(file.path)])
        } else {
            Output.line(key.verifier.description)
            // Apart from the key, which is what is kept of the output.
            if let step = nextStep(settings) { Terminal.print(error: step) }
        }
    }

    /// What is left to do before something is signed with the key; nil where it is found by itself.
    private func nextStep(_ settings: Settings) -> String? {
        if out != nil || settings.databaseURL != nil {
            return "name its file in DEVSHARE_CHECKPOINT_KEY_FILE, and start again the servers that run"
        }
        return settings.isServerRunning ? "start `devshare serve` again if it runs: it reads the key when it starts" : nil
    }
}

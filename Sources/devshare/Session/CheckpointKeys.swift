import Configuration
import Foundation
import RemoteWitness
import SharingEngine
import Transparency

/// What the settings say about checkpoints. Lists are separated by commas or spaces.
struct CheckpointSettings: Sendable {
    /// Secrets, as `devshare checkpoint keygen` writes them.
    var keys: [String]
    var keyFiles: [String]
    /// Public halves of keys that signed before, or files of them.
    var formerKeys: [String]
    var origin: String?
    /// Files, folders or URLs.
    var witnesses: [String]

    init(_ reader: ConfigReader) {
        func list(_ key: ConfigKey, isSecret: Bool = false) -> [String] {
            (reader.string(forKey: key, isSecret: isSecret) ?? "").split { $0 == "," || $0.isWhitespace }.map(
                String.init)
        }
        keys = list("checkpoint.key", isSecret: true)
        keyFiles = list("checkpoint.key-file")
        formerKeys = list("checkpoint.former-keys")
        origin = reader.string(forKey: "checkpoint.origin")
        witnesses = list("checkpoint.witnesses")
    }
}

/// The keys of checkpoints, from settings and files.
enum CheckpointKeys {
    /// The file in the data folder in which the key of an embedded server's log is found.
    static let fileName = "checkpoint.key"

    /// How the log is sealed; nil where no key is configured. Throws `checkpoint-key-invalid`.
    static func sealing(_ database: Database) throws -> SealingConfiguration? {
        let settings = database.settings.checkpoints
        var texts = settings.keys
        var files = settings.keyFiles
        let usual = database.settings.dataDirectory.appendingPathComponent(fileName).path
        if texts.isEmpty, files.isEmpty, database.isEmbedded, FileManager.default.fileExists(atPath: usual) {
            files = [usual]
        }
        for file in files { texts += try lines(of: file) }
        guard !texts.isEmpty else { return nil }
        let witnesses = try settings.witnesses.map(witness)
        do throws(TransparencyError) {
            var signers: [SignerKey] = []
            for text in texts { signers.append(try SignerKey(text)) }
            return SealingConfiguration(
                signers: signers, formerKeys: try verifiers(settings.formerKeys), origin: settings.origin,
                witnesses: witnesses)
        } catch {
            throw DevshareError(
                .checkpointKeyInvalid, error.message, advice: "Make one with `devshare checkpoint keygen`.")
        }
    }

    /// Whoever is to see checkpoints: a file, a folder or a URL. Throws `witness-unusable`.
    private static func witness(_ place: String) throws -> any Witness {
        if place.hasPrefix("https://") || place.hasPrefix("http://") { return try HTTPWitness(url: place) }
        return FileWitness(path: place)
    }

    /// Public keys, each given as its text or as a file that holds some. Throws `checkpoint-key-invalid`.
    static func verifiers(named names: [String]) throws -> [VerifierKey] {
        do throws(TransparencyError) {
            return try verifiers(names)
        } catch {
            throw DevshareError(
                .checkpointKeyInvalid, error.message,
                advice: "Name the .pub file that `devshare checkpoint keygen` wrote, or its text.")
        }
    }

    private static func verifiers(_ names: [String]) throws(TransparencyError) -> [VerifierKey] {
        var keys: [VerifierKey] = []
        for name in names {
            let texts = (try? lines(of: name)) ?? [name]
            for text in texts { keys.append(try VerifierKey(text)) }
        }
        return keys
    }

    /// The lines of a file that are not empty. Throws `file-unreadable`.
    private static func lines(of file: String) throws -> [String] {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            throw DevshareError(
                .fileUnreadable, "\(file) cannot be read",
                advice: "It should hold a key, as `devshare checkpoint keygen` writes it.")
        }
        return text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }.filter {
            !$0.isEmpty
        }
    }
}

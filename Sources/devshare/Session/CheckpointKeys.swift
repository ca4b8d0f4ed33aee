import Canonical
import Configuration
import Foundation
import RemoteWitness
import SharingAudit
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

    /// Without what is secret.
    /// - Parameter keyFiles: those in force, of which one may not be configured.
    func json(keyFiles: [String]) -> JSONValue {
        let (secret, shown): (JSONValue, [String]) = ("(secret)", witnesses.map(\.withoutCredentials))
        return [
            "key": keys.isEmpty ? .null : secret, "key-file": JSONValue(keyFiles), "former-keys": JSONValue(formerKeys),
            "origin": origin.map { .string($0) } ?? .null, "witnesses": JSONValue(shown),
        ]
    }
}

/// The keys of checkpoints, from settings and files.
enum CheckpointKeys {
    /// The file in the data folder in which the key of an embedded server's log is found.
    static let fileName = "checkpoint.key"

    /// How the log is sealed; nil where no key is configured. Throws `checkpoint-key-invalid`.
    static func sealing(_ database: Database) throws -> SealingConfiguration? {
        let settings = database.settings.checkpoints
        var secrets = settings.keys
        for file in files(database.settings) { secrets += try lines(of: file) }
        guard !secrets.isEmpty else { return nil }
        let witnesses = try settings.witnesses.map(witness)
        let formerKeys = try texts(ofKeys: settings.formerKeys)
        do throws(TransparencyError) {
            var signers: [SignerKey] = []
            for secret in secrets { signers.append(try SignerKey(secret)) }
            return SealingConfiguration(
                signers: signers, formerKeys: try verifiers(formerKeys), origin: settings.origin, witnesses: witnesses)
        } catch {
            throw DevshareError(
                .checkpointKeyInvalid, error.message, advice: "Make one with `devshare checkpoint keygen`.")
        }
    }

    /// The files of keys in force: those of the settings, or the one beside an embedded server.
    static func files(_ settings: Settings) -> [String] {
        let checkpoints = settings.checkpoints
        guard checkpoints.keys.isEmpty, checkpoints.keyFiles.isEmpty, settings.databaseURL == nil else {
            return checkpoints.keyFiles
        }
        let usual = settings.dataDirectory.appendingPathComponent(fileName)
        return FileManager.default.fileExists(atPath: usual.path) ? [usual.relativePath] : []
    }

    /// Whoever is to see checkpoints: a file, a folder or a URL. Throws `witness-unusable`.
    private static func witness(_ place: String) throws -> any Witness {
        if place.hasPrefix("https://") || place.hasPrefix("http://") { return try HTTPWitness(url: place) }
        return FileWitness(path: place)
    }

    /// Public keys, each given as its text or as a file that holds some. Throws `checkpoint-key-invalid`, and `file-unreadable`
    /// where a file is named that cannot be read.
    static func verifiers(named names: [String]) throws -> [VerifierKey] {
        let texts = try texts(ofKeys: names)
        do throws(TransparencyError) {
            return try verifiers(texts)
        } catch {
            throw DevshareError(.checkpointKeyInvalid, error.message, advice: Self.advice)
        }
    }

    /// Whether two keys are told apart by what a signature says of its key.
    private static func areDistinct(_ keys: [VerifierKey]) -> Bool {
        keys.allSatisfy { key in keys.allSatisfy { $0 == key || $0.name != key.name || $0.id != key.id } }
    }

    private static let advice = "Name the .pub file that `devshare checkpoint keygen` wrote, or its text."

    private static func texts(ofKeys names: [String]) throws -> [String] {
        try names.flatMap { name -> [String] in
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: name, isDirectory: &isFolder), !isFolder.boolValue {
                let found = try lines(of: name)
                // Without a key nothing would be checked.
                guard !found.isEmpty else {
                    throw DevshareError(.checkpointKeyInvalid, "\(name) has no key", advice: Self.advice)
                }
                return found
            }
            // A key's text has two of them, and hardly any file's name.
            guard name.utf8.contains(UInt8(ascii: "+")) else {
                throw DevshareError(.fileUnreadable, "there is no file \(name) that can be read", advice: Self.advice)
            }
            return [trimmed(name.utf8)]
        }
    }

    private static func verifiers(_ texts: [String]) throws(TransparencyError) -> [VerifierKey] {
        var keys: [VerifierKey] = []
        for text in texts { keys.append(try VerifierKey(text)) }
        guard areDistinct(keys) else { throw TransparencyError(.malformedKey, "two keys have one name and one id") }
        return keys
    }

    /// The lines of a file that are not empty. Throws `file-unreadable`.
    private static func lines(of file: String) throws -> [String] {
        // By way of bytes: a byte order mark is no white space, for no verifier.
        try SecretFile.read(URL(fileURLWithPath: file)).utf8.split(separator: UInt8(ascii: "\n")).map(trimmed).filter {
            !$0.isEmpty
        }
    }

    /// Without the spaces, tabs and carriage returns at its ends, and no other white space: this is the same for every verifier.
    private static func trimmed(_ line: some BidirectionalCollection<UInt8>) -> String {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
        let start = line.drop(while: isBlank)
        guard let last = start.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(decoding: start[...last], as: UTF8.self)
    }
}

import EligibilityPolicy
import Foundation
import Logging

/// What the program works with.
struct Settings: Sendable {
    /// Nil: the embedded server.
    var databaseURL: String?
    /// Folder of what this program keeps without a database URL: the embedded server, and a key that was made where none is
    /// configured.
    var dataDirectory: URL
    var ledger: String
    var language: Language
    /// Secret of the identity fingerprints, in hexadecimal, at least 32 bytes. Nil: one is made and kept in `dataDirectory`.
    var identityKey: String?
    var identityKeyID: String
    /// Keys under which tree heads are signed, and what else there is to say about it.
    var checkpoints: CheckpointSettings
    /// Whether receivers of webhooks may have private or local addresses, and be reached by plain HTTP.
    var allowsPrivateReceivers: Bool
    var logLevel: Logger.Level
    var logFormat: LogFormat
    /// Whether answers are JSON.
    var json: Bool

    /// The embedded server's own folder.
    var serverDirectory: URL { dataDirectory.appendingPathComponent("server", isDirectory: true) }
}

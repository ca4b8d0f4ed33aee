import EligibilityPolicy
import Foundation
import Logging

/// What the program works with.
struct Settings: Sendable {
    /// Nil: the embedded server.
    var databaseURL: String?
    /// Folder of the embedded server, and of the key that is made where none is configured.
    var dataDirectory: URL
    var ledger: String
    var language: Language
    /// Secret of the identity fingerprints, in hexadecimal, at least 32 bytes. Nil: one is made and kept in `dataDirectory`.
    var identityKey: String?
    var identityKeyID: String
    var logLevel: Logger.Level
    /// Whether answers are JSON.
    var json: Bool
}

/// Why a private server could not be started or stopped.
package struct EmbeddedPostgresError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        /// No PostgreSQL server is installed.
        case binariesNotFound = "binaries-not-found"
        /// This process is root, and there is no other user to run the server.
        case noServerUser = "no-server-user"
        /// The folder cannot be made or used.
        case directoryUnusable = "directory-unusable"
        /// `initdb` failed.
        case initializationFailed = "initialization-failed"
        /// The server did not become ready.
        case startFailed = "start-failed"
        /// The server did not end in time.
        case stopFailed = "stop-failed"
    }

    package let code: Code
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "\(code.rawValue): \(message)" }
}

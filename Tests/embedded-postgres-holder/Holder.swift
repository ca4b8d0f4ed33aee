import EmbeddedPostgres
import Foundation

/// Holds a private server until it is killed: tests do to it what must not happen to them.
@main
struct Holder {
    /// - Parameter: the server's folder; none for a temporary one.
    static func main() async throws {
        let folder = CommandLine.arguments.dropFirst().first.map { URL(fileURLWithPath: $0, isDirectory: true) }
        let server = try await EmbeddedPostgres.start(EmbeddedPostgres.Configuration(directory: folder))
        print(server.processIdentifier, server.isJoined ? "joined" : "started", server.directory.path, separator: "\t")
        fflush(nil)
        while true { try await Task.sleep(for: .seconds(3_600)) }
    }
}

import Foundation

/// Where the server's programs are.
package struct ServerBinaries: Hashable, Sendable {
    /// Folder with `initdb` and `postgres`.
    package let directory: URL

    var initdb: URL { directory.appendingPathComponent("initdb") }
    var postgres: URL { directory.appendingPathComponent("postgres") }

    /// Looks at `PG_CONFIG`, `PATH`, and where Debian and Homebrew put them, the newest first. Throws
    /// `binaries-not-found`, which says what to install.
    package static func find(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(EmbeddedPostgresError) -> ServerBinaries {
        var candidates: [String] = []
        if let config = environment["PG_CONFIG"] {
            // pg_config stands beside the server's programs, or in Debian's wrapper's place.
            candidates.append(URL(fileURLWithPath: config).resolvingSymlinksInPath().deletingLastPathComponent().path)
        }
        for folder in (environment["PATH"] ?? "").split(separator: ":") {
            let program = URL(fileURLWithPath: String(folder)).appendingPathComponent("initdb")
            candidates.append(program.resolvingSymlinksInPath().deletingLastPathComponent().path)
        }
        candidates += versions(below: "/usr/lib/postgresql", suffix: "bin")
        candidates += versions(below: "/opt/homebrew/opt", prefix: "postgresql", suffix: "bin")
        candidates += versions(below: "/usr/local/opt", prefix: "postgresql", suffix: "bin")
        let files = FileManager.default
        for candidate in candidates
        where files.isExecutableFile(atPath: candidate + "/initdb") && files.isExecutableFile(atPath: candidate + "/postgres") {
            return ServerBinaries(directory: URL(fileURLWithPath: candidate, isDirectory: true))
        }
        throw EmbeddedPostgresError(
            .binariesNotFound,
            "no PostgreSQL server is installed: apt-get install postgresql (Debian, Ubuntu) or brew install postgresql@16 (macOS)")
    }

    /// Folders with a version in their name, the newest first.
    private static func versions(below folder: String, prefix: String = "", suffix: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasPrefix(prefix) }
            .sorted { $0.compare($1, options: .numeric) == .orderedDescending }
            .map { "\(folder)/\($0)/\(suffix)" }
    }
}

import Foundation

/// Where the server's programs are.
package struct ServerBinaries: Hashable, Sendable {
    /// Folder with `initdb` and `postgres`.
    package let directory: URL

    var initdb: URL { directory.appendingPathComponent("initdb") }
    var postgres: URL { directory.appendingPathComponent("postgres") }

    /// Where packages put the programs of several versions.
    package struct Layout: Hashable, Sendable {
        let folder: String
        let prefix: String

        package init(folder: String, prefix: String) {
            self.folder = folder
            self.prefix = prefix
        }

        package static let known = [
            Layout(folder: "/usr/lib/postgresql", prefix: ""),  // Debian, Ubuntu
            Layout(folder: "/opt/homebrew/opt", prefix: "postgresql"),
            Layout(folder: "/usr/local/opt", prefix: "postgresql"),
        ]
    }

    /// Asks `PG_CONFIG`, looks at `PATH`, and where Debian and Homebrew put the programs, the newest first. Throws
    /// `binaries-not-found`, which says what to install.
    package static func find(
        environment: [String: String] = ProcessInfo.processInfo.environment, layouts: [Layout] = Layout.known
    ) async throws(EmbeddedPostgresError) -> ServerBinaries {
        var candidates: [String] = []
        // A pg_config that cannot be run is passed over, as one that names a folder without a server is.
        if let config = environment["PG_CONFIG"], let answer = try? await ChildProcess.run([config, "--bindir"]),
            answer.status == 0
        {
            candidates.append(answer.output.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        for folder in (environment["PATH"] ?? "").split(separator: ":") {
            let program = URL(fileURLWithPath: String(folder)).appendingPathComponent("initdb")
            candidates.append(program.resolvingSymlinksInPath().deletingLastPathComponent().path)
        }
        for layout in layouts { candidates += versions(below: layout.folder, prefix: layout.prefix, suffix: "bin") }
        let files = FileManager.default
        for candidate in candidates
        where files.isExecutableFile(atPath: candidate + "/initdb") && files.isExecutableFile(atPath: candidate + "/postgres") {
            return ServerBinaries(directory: URL(fileURLWithPath: candidate, isDirectory: true))
        }
        throw EmbeddedPostgresError(
            .binariesNotFound,
            "no PostgreSQL server is installed: apt-get install postgresql (Debian, Ubuntu) or brew install postgresql@16 (macOS)"
        )
    }

    /// Folders with a version in their name, the newest first.
    private static func versions(below folder: String, prefix: String, suffix: String) -> [String] {
        // A folder that is not there holds no version.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasPrefix(prefix) }
            .sorted { $0.compare($1, options: .numeric) == .orderedDescending }
            .map { "\(folder)/\($0)/\(suffix)" }
    }
}

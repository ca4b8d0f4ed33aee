import DeviceSharing
import Foundation
import TestSupport
import Testing

/// `devshare serve --dev`, listening on a port of its own.
struct ServedProgram: Sendable {
    let program: RunningProgram
    let port: Int
    /// With the key of its tokens.
    let data: URL

    var address: String { "http://127.0.0.1:\(port)" }

    /// - Parameter data: nil for a new folder; servers with the same one believe the same tokens.
    static func start(
        on local: Program, data: URL? = nil, executable: URL = Program.executable, _ arguments: String...
    ) async throws -> ServedProgram {
        let folder = if let data { data } else { try temporaryFolder() }
        let program = try local.start(
            ["serve", "--dev", "--port", "0", "--rate", "0", "--data", folder.path] + arguments, executable: executable)
        try await eventually("the server listens") {
            program.output.contains("listening on http://127.0.0.1:") || program.hasEnded
        }
        let port = program.output.split(separator: ":").last.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        return ServedProgram(program: program, port: try #require(port, "\(program.error)"), data: folder)
    }

    func token(_ roles: Role...) async throws -> String {
        let arguments = roles.flatMap { ["--role", $0.rawValue] }
        let outcome = try await Program().run(["token", "--data", data.path] + arguments)
        return outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

import Foundation

@testable import EmbeddedPostgres

/// Another process that has started or joined a server.
struct HolderProcess {
    enum Fault: Error { case noAnswer(String) }

    private let process: Process
    let serverProcess: Int32
    let isJoined: Bool
    let directory: URL

    /// Starts it, and waits until its server is ready.
    static func start(_ directory: URL? = nil) async throws -> HolderProcess {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
            .deletingLastPathComponent().appendingPathComponent("embedded-postgres-holder")
        process.arguments = directory.map { [$0.path] } ?? []
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try await ChildProcess.start(process)
        let line = await firstLine(of: output)
        let parts = line.split(separator: "\t")
        guard parts.count == 3, let server = Int32(parts[0]) else { throw Fault.noAnswer(line) }
        return HolderProcess(
            process: process, serverProcess: server, isJoined: parts[1] == "joined",
            directory: URL(fileURLWithPath: String(parts[2])))
    }

    private static func firstLine(of output: Pipe) async -> String {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var line = Data()
                while true {
                    let more = output.fileHandleForReading.availableData
                    line += more
                    guard !more.isEmpty, line.last != UInt8(ascii: "\n") else { break }
                }
                continuation.resume(returning: String(decoding: line, as: UTF8.self).trimmingCharacters(in: .newlines))
            }
        }
    }

    func signal(_ signal: Int32) { kill(process.processIdentifier, signal) }

    var isRunning: Bool { process.isRunning }
}

/// Whether a process is there and not only waits to be reaped.
func isAlive(_ process: Int32) -> Bool {
    guard kill(process, 0) == 0 || errno == EPERM else { return false }
    guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return true }
    return status.split(separator: ")").last?.split(separator: " ").first != "Z"
}

/// Whether any process names the folder in its command line: the server, its supervisor, its children.
func anyProcess(mentions folder: URL) throws -> Bool {
    let name = Array(folder.lastPathComponent.utf8)
    for entry in try FileManager.default.contentsOfDirectory(atPath: "/proc") {
        guard let process = Int32(entry), let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") else {
            continue
        }
        if line.firstRange(of: name) != nil, isAlive(process) { return true }
    }
    return false
}

func newFolder(_ suffix: String = "") -> URL {
    URL(fileURLWithPath: "/tmp/devshare-test-\(UUID().uuidString.prefix(8))\(suffix)", isDirectory: true)
}

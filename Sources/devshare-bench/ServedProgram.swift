import Foundation

/// `devshare serve`, built beside this program.
final class ServedProgram {
    static let executable = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appendingPathComponent("devshare")

    private static let start: Duration = .seconds(20)
    private static let announcement = "listening on "

    private let process = Process()
    private let output: URL

    init(connectionString: String, folder: URL) throws {
        guard FileManager.default.isExecutableFile(atPath: Self.executable.path) else {
            throw BenchmarkError(
                "\(Self.executable.path) is needed: build it with swift build -c release --product devshare")
        }
        output = folder.appendingPathComponent("output")
        _ = FileManager.default.createFile(atPath: output.path, contents: nil)
        process.executableURL = Self.executable
        process.arguments = [
            "serve", "--dev", "--port", "0", "--rate", "0", "--data", folder.path, "--database-url", connectionString,
        ]
        process.environment = ProcessInfo.processInfo.environment.merging(["DEVSHARE_LOG_LEVEL": "error"]) { _, ours in
            ours
        }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    func address() async throws -> String {
        let deadline = ContinuousClock.now + Self.start
        while ContinuousClock.now < deadline, process.isRunning {
            let text = try String(contentsOf: output, encoding: .utf8)
            if let line = text.split(separator: "\n").first(where: { $0.hasPrefix(Self.announcement) }),
                text.contains(line + "\n")
            {
                return String(line.dropFirst(Self.announcement.count))
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw BenchmarkError("devshare serve did not start")
    }

    /// MiB, by the name that Linux has for it.
    func memory(_ name: String) throws -> Double {
        let status = try String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
        guard let kilobytes = status.value(after: name + ":").flatMap({ Double($0) }) else {
            throw BenchmarkError("\(name) of the server cannot be read")
        }
        return kilobytes / 1_024
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }
}

extension String {
    /// The word behind another one.
    func value(after word: String) -> String? {
        let words = split(whereSeparator: \.isWhitespace).map(String.init)
        return words.firstIndex(of: word).flatMap { words.indices.contains($0 + 1) ? words[$0 + 1] : nil }
    }
}

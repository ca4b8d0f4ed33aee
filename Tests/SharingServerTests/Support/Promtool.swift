import Foundation

/// Prometheus's own checker, which is in Debian's package prometheus.
enum Promtool {
    private static let path = ["/usr/bin/promtool", "/usr/local/bin/promtool"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    static var isInstalled: Bool { path != nil }

    /// Its exit status, and all that it said.
    static func run(_ arguments: [String], input: String = "") async throws -> (status: Int32, said: String) {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("promtool-\(UUID()).txt")
        try input.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path ?? "/usr/bin/promtool")
        process.arguments = arguments
        process.standardInput = try FileHandle(forReadingFrom: file)
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        let ended = AsyncStream<Void> { end in process.terminationHandler = { _ in end.finish() } }
        try process.run()
        for await _ in ended {}
        return (process.terminationStatus, String(decoding: output.fileHandleForReading.availableData, as: UTF8.self))
    }
}

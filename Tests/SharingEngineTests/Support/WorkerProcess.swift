import Canonical
import Foundation

/// A running `crash-worker`, and what it has acknowledged.
final class WorkerProcess: Sendable {
    /// A receipt that the worker printed.
    struct Acknowledgement: Hashable, Sendable {
        let key: String
        let positions: Range<Int64>
    }

    let processIdentifier: Int32
    private let lines: AsyncStream<Acknowledgement>
    private let ended: AsyncStream<Void>
    private let process: Process

    /// - Parameter numbers: where each caller goes on.
    init(_ connectionString: String, consentGivenAt: Timestamp, numbers: [Int]) throws {
        let process = Process()
        process.executableURL = Self.executable
        process.arguments =
            [connectionString, consentGivenAt.description] + numbers.enumerated().map { "\($0.offset):\($0.element)" }
        let pipe = Pipe()
        process.standardOutput = pipe
        // Whoever reads this process's output waits for the end of all that hold it.
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        let (lines, line) = AsyncStream.makeStream(of: Acknowledgement.self)
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        self.lines = lines
        self.ended = ended
        self.process = process
        process.terminationHandler = { _ in end.finish() }
        try process.run()
        processIdentifier = process.processIdentifier
        // A thread of its own: reading a pipe blocks.
        Thread.detachNewThread {
            var rest = Data()
            while case let data = pipe.fileHandleForReading.availableData, !data.isEmpty {
                rest.append(data)
                while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    if let acknowledgement = Acknowledgement(rest[rest.startIndex..<newline]) { line.yield(acknowledgement) }
                    rest = Data(rest[rest.index(after: newline)...])
                }
            }
            line.finish()
        }
    }

    /// Reads acknowledgements until there are `count`, then calls `strike`; returns all until the worker's end, which
    /// `strike` must bring about.
    func acknowledgements(after count: Int, _ strike: () async throws -> Void) async throws -> [Acknowledgement] {
        var all: [Acknowledgement] = []
        for await acknowledgement in lines {
            all.append(acknowledgement)
            if all.count == count { try await strike() }
        }
        for await _ in ended {}
        return all
    }

    /// Harmless where the worker has ended: its number may be somebody else's by then.
    func kill() {
        if process.isRunning { _ = Foundation.kill(processIdentifier, SIGKILL) }
    }

    /// Beside the test bundle, where the build puts it.
    private static var executable: URL {
        let products = Bundle.allBundles.map(\.bundleURL).first { $0.pathExtension == "xctest" }?.deletingLastPathComponent()
        return (products ?? URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent())
            .appendingPathComponent("crash-worker")
    }
}

extension WorkerProcess.Acknowledgement {
    /// Nil for a line that was cut off.
    fileprivate init?(_ line: Data) {
        let parts = String(decoding: line, as: UTF8.self).split(separator: " ")
        guard parts.count == 3, let lower = Int64(parts[1]), let upper = Int64(parts[2]), lower <= upper else { return nil }
        self.init(key: String(parts[0]), positions: lower..<upper)
    }
}

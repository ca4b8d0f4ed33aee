import Canonical
import Foundation
import Synchronization
import TestSupport

/// The built program, run as its users run it: another process, with an environment of its own.
struct Program: Sendable {
    /// Beside the test program.
    static let executable: URL = {
        let beside = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("devshare")
        if FileManager.default.isExecutableFile(atPath: beside.path) { return beside }
        return root.appendingPathComponent(".build/debug/devshare")
    }()

    /// The project's folder.
    static let root: URL = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let identityKey = String(repeating: "5a", count: 32)

    var environment: [String: String] = [:]
    var directory = URL(fileURLWithPath: "/tmp")

    /// What a run came to.
    struct Outcome: Sendable {
        let status: Int32
        let output: String
        let error: String

        /// The output as if no line were broken.
        var words: String { output.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

        var lines: [String] { output.split(separator: "\n").map(String.init) }

        /// Each line of the output as JSON.
        func json() throws -> [JSONValue] { try lines.map { try JSONValue(parsing: $0) } }
    }

    /// A program that works on a database of the shared server.
    static func on(_ database: TestDatabase) -> Program {
        Program(environment: ["DEVSHARE_DATABASE_URL": database.connectionString, "DEVSHARE_IDENTITY_KEY": identityKey])
    }

    /// A program on a migrated database with the default policy in force.
    static func ready(on given: TestDatabase? = nil) async throws -> (program: Program, database: TestDatabase) {
        let database: TestDatabase = if let given { given } else { try await TestDatabase.migrated() }
        let program = on(database)
        let outcome = try await program.run("migrate")
        guard outcome.status == 0 else { throw UnexpectedEnd(outcome: outcome) }
        return (program, database)
    }

    struct UnexpectedEnd: Error, CustomStringConvertible {
        let outcome: Outcome
        var description: String { "status \(outcome.status)\n\(outcome.output)\n\(outcome.error)" }
    }

    /// Runs it to its end.
    func run(_ arguments: String...) async throws -> Outcome { try await run(arguments) }

    func run(_ arguments: [String]) async throws -> Outcome { try await start(arguments).end() }

    /// Runs it and takes its output as JSON. Throws where it does not end with 0.
    func json(_ arguments: String...) async throws -> [JSONValue] {
        let outcome = try await run(arguments + ["--json"])
        guard outcome.status == 0 else { throw UnexpectedEnd(outcome: outcome) }
        return try outcome.json()
    }

    /// Starts it. Its outputs go to files, so that nothing waits for a reader.
    func start(_ arguments: [String], executable: URL = Program.executable) throws -> RunningProgram {
        let folder = try temporaryFolder()
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = directory
        var inherited = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("DEVSHARE_") }
        inherited.merge(environment) { _, ours in ours }
        process.environment = inherited
        process.standardInput = FileHandle.nullDevice
        let (output, error) = (folder.appendingPathComponent("output"), folder.appendingPathComponent("error"))
        for file in [output, error] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
        let handles = try [FileHandle(forWritingTo: output), FileHandle(forWritingTo: error)]
        // The program has its own by then. Foundation keeps them open as long as it keeps the process, which is for ever, and
        // starts none where more than some 1,360 descriptors are open: it reads past the end of their list.
        defer { for handle in handles { try? handle.close() } }
        process.standardOutput = handles[0]
        process.standardError = handles[1]
        return try RunningProgram(process, output: output, error: error)
    }
}

/// A program that runs.
final class RunningProgram: Sendable {
    let identifier: Int32
    private let ending: Task<Int32, Never>
    private let isOver: Ended
    private let files: (output: URL, error: URL)

    init(_ process: Process, output: URL, error: URL) throws {
        let (ends, ended) = AsyncStream.makeStream(of: Int32.self)
        let isOver = Ended()
        self.isOver = isOver
        process.terminationHandler = { process in
            isOver.set()
            let crashed = process.terminationReason == .uncaughtSignal
            ended.yield(crashed ? -process.terminationStatus : process.terminationStatus)
            ended.finish()
        }
        // A child inherits the signals that the thread blocks, and would never hear of an interrupt.
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try process.run()
        identifier = process.processIdentifier
        files = (output, error)
        ending = Task {
            for await status in ends { return status }
            return -1
        }
    }

    var output: String { (try? String(contentsOf: files.output, encoding: .utf8)) ?? "" }
    var error: String { (try? String(contentsOf: files.error, encoding: .utf8)) ?? "" }

    var hasEnded: Bool { isOver.value }

    /// Harmless where it has ended: its number may be somebody else's by then.
    func signal(_ number: Int32) {
        if !hasEnded { kill(identifier, number) }
    }

    private final class Ended: Sendable {
        private let flag = Mutex(false)
        var value: Bool { flag.withLock { $0 } }
        func set() { flag.withLock { $0 = true } }
    }

    func end() async throws -> Program.Outcome {
        let status = await ending.value
        return Program.Outcome(status: status, output: output, error: try String(contentsOf: files.error, encoding: .utf8))
    }
}

/// A new folder that the server's user may pass through. It is removed when the tests have ended.
func temporaryFolder() throws -> URL {
    let folder = TemporaryFolders.root.appendingPathComponent(String(UUID().uuidString.prefix(13)), isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    return folder
}

/// One folder for all of a run.
private enum TemporaryFolders {
    static let root: URL = {
        // Best effort: what cannot be removed is a stray folder under /tmp.
        atexit { try? FileManager.default.removeItem(at: TemporaryFolders.root) }
        return URL(fileURLWithPath: "/tmp/devshare-test-\(ProcessInfo.processInfo.processIdentifier)", isDirectory: true)
    }()
}

/// Writes a file into a new folder and returns its path.
func temporaryFile(_ name: String, _ text: String) throws -> String {
    let file = try temporaryFolder().appendingPathComponent(name)
    try text.write(to: file, atomically: true, encoding: .utf8)
    return file.path
}

import Foundation
import PolicyProof

/// z3, where the environment says where it is: `Z3="$(.ci/z3)"`.
struct Solver: Sendable {
    static let isThere = path != nil
    private static let path = ProcessInfo.processInfo.environment["Z3"].flatMap { $0.isEmpty ? nil : $0 }

    enum Answer: String {
        case sat, unsat, unknown
    }

    /// Seconds for one question.
    let seconds: Int

    /// What it says of both questions of a script; nil where it says something else, such as that the script is wrong.
    func answers(to script: SMTScript) async throws -> (answers: [PolicyComparison.Direction: Answer], output: String)? {
        guard let path = Self.path else { return nil }
        let folder = FileManager.default.temporaryDirectory
        let name = UUID().uuidString
        let (input, output) = (folder.appendingPathComponent("\(name).smt2"), folder.appendingPathComponent("\(name).answers"))
        try Data(script.text.utf8).write(to: input)
        _ = FileManager.default.createFile(atPath: output.path, contents: nil)
        defer { for file in [input, output] { try? FileManager.default.removeItem(at: file) } }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = ["-t:\(seconds * 1_000)", "-T:\(seconds * 4)", "-memory:2000", input.path]
        process.standardOutput = try FileHandle(forWritingTo: output)
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in continuation.resume() }
            do {
                try process.run()
            } catch {
                continuation.resume(throwing: error)
            }
        }
        let text = try String(contentsOf: output, encoding: .utf8)
        var answers: [PolicyComparison.Direction: Answer] = [:]
        var direction: PolicyComparison.Direction?
        for line in text.split(separator: "\n").map(String.init) {
            if let named = PolicyComparison.Direction(rawValue: line) {
                direction = named
            } else if let answer = Answer(rawValue: line), let direction {
                answers[direction] = answer
            } else if line != "timeout" {
                return ([:], text)
            }
        }
        for direction in PolicyComparison.Direction.allCases where answers[direction] == nil { answers[direction] = .unknown }
        return (answers, text)
    }
}

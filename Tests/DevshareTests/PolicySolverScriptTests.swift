import Foundation
import TestSupport
import Testing

@Suite("devshare policy diff --smtlib", .fewAtOnce) struct PolicySolverScriptTests {
    private let policy = Program.root.appendingPathComponent("Policies/device-sharing.yaml").path

    @Test("writes the question for solvers, and leaves a file alone that is there")
    func file() async throws {
        let text = try String(contentsOfFile: policy, encoding: .utf8)
        let older = try temporaryFile("older.yaml", text.replacing("duration('15m')", with: "duration('16m')"))
        let script = URL(fileURLWithPath: older).deletingLastPathComponent().appendingPathComponent("question.smt2").path
        let outcome = try await Program().run("policy", "diff", policy, older, "--smtlib", script)
        #expect(outcome.status == 0 && outcome.output.hasPrefix("looser: "), "\(outcome.error)")
        let written = try String(contentsOfFile: script, encoding: .utf8)
        #expect(written.hasPrefix("; Is there a request on which the new policy is looser than the old one, or stricter?\n"))
        #expect(
            written.components(separatedBy: "(check-sat)").count == 3 && written.contains("; Every expression is understood."))

        let again = try await Program().run("policy", "diff", policy, older, "--smtlib", script)
        #expect(again.status == 65 && again.error.hasPrefix("file-exists: "), "\(again.error)")
        #expect(try await Program().run("policy", "diff", policy, older, "--smtlib", script, "--overwrite").status == 0)
        let own = try await Program().run("policy", "diff", policy, older, "--smtlib", older, "--overwrite")
        #expect(own.status == 64)
        #expect(try await Program().run("policy", "diff", policy, older, "--overwrite").status == 64)
    }
}

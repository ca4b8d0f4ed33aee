import Canonical
import Foundation
import TestSupport
import Testing

/// What goes wrong is said in plain words, with what to do about it.
@Suite(.fewAtOnce) struct AdviceTests {
    @Test func aPortThatIsTakenIsNamed() async throws {
        let folder = try temporaryFolder()
        try await Receiver.listening { receiver in
            let outcome = try await Program(directory: folder).run("serve", "--dev", "--port", "\(receiver.port)")
            #expect(outcome.status == 69)
            #expect(
                outcome.error == "port-taken: another program listens on port \(receiver.port) of 127.0.0.1. "
                    + "Stop it, or choose another port with --port.\n")
        }
        // Before a database is made for it.
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func aServerThatDoesNotAnswerIsNamed() async throws {
        let program = Program(environment: ["DEVSHARE_REMOTE_TOKEN": "t"])
        let outcome = try await program.run("request", "list", "--server", "http://127.0.0.1:9/")
        #expect(outcome.status == 75)
        #expect(
            outcome.error == "unreachable: no answer comes from http://127.0.0.1:9: Connection refused. "
                + "Check that a server runs there, and --server or DEVSHARE_REMOTE_URL.\n")
    }

    /// What is in the file is nobody's business.
    @Test func aFileThatHoldsNoTokenIsNamedAndNotShown() async throws {
        let file = try temporaryFile("notes", "first line\nhush\n")
        let outcome = try await Program().run("request", "list", "--server", "http://127.0.0.1:9", "--token-file", file)
        #expect(outcome.status == 65)
        #expect(outcome.error.hasPrefix("token-missing: \(file) holds no token"), "\(outcome.error)")
        #expect(!outcome.error.contains("hush"))
    }

    @Test func aKeyThatIsThereIsNotSaidToBeUnwritable() async throws {
        let program = Program(directory: try temporaryFolder())
        #expect(try await program.run("checkpoint", "keygen", "test.example/log").status == 0)
        let again = try await program.run("checkpoint", "keygen", "test.example/log")
        #expect(again.status == 65)
        #expect(
            again.error == "file-exists: .devshare/checkpoint.key is there already. "
                + "A key is not overwritten: name another file with --out.\n")
    }

    @Test func whoeverMakesAKeyHearsWhatIsLeftToDo() async throws {
        let folder = try temporaryFolder()
        let program = Program(directory: folder)
        let found = try await program.run("checkpoint", "keygen", "test.example/log")
        #expect(found.error.isEmpty)
        // What PostgreSQL has in its folder while it runs.
        let data = folder.appendingPathComponent("running/server/data")
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
        try Data().write(to: data.appendingPathComponent("postmaster.pid"))
        let beside = try await program.run("checkpoint", "keygen", "test.example/log", "--data", "running")
        #expect(beside.error == "start `devshare serve` again if it runs: it reads the key when it starts\n")
        #expect(beside.lines.count == 1)
        let elsewhere = try await program.run("checkpoint", "keygen", "test.example/log", "--out", "other.key")
        #expect(elsewhere.error.contains("DEVSHARE_CHECKPOINT_KEY_FILE"))
    }

    @Test func whereNothingIsSealedItIsSaidHowThatIsDone() async throws {
        let (program, _) = try await Program.ready()
        for arguments in [["checkpoint", "show"], ["audit", "export", "--from", "1", "--out", "/tmp/none.evidence"]] {
            let outcome = try await program.run(arguments)
            #expect(outcome.status == 1)
            #expect(outcome.error.hasPrefix("not-sealed: "), "\(outcome.error)")
            #expect(outcome.error.contains("Run `devshare checkpoint seal`"))
        }
        let keyless = try await program.run("checkpoint", "seal")
        #expect(keyless.status == 69)
        #expect(keyless.error.hasPrefix("sealing-not-configured: "))
        #expect(keyless.error.contains("`devshare checkpoint keygen`"))
    }

    @Test func aPublicKeyThatIsNoFileIsSaidToBeNone() async throws {
        let outcome = try await Program().run("audit", "verify-export", "x.evidence", "--key", "nofile.pub")
        #expect(outcome.status == 65)
        #expect(outcome.error.hasPrefix("file-unreadable: there is no file nofile.pub that can be read. "), "\(outcome.error)")
        let malformed = try await Program().run("audit", "verify-export", "x.evidence", "--key", "a+b")
        #expect(malformed.error.hasPrefix("checkpoint-key-invalid: "))
    }

    @Test(arguments: [
        (["request", "show", "nonsense"], "request"), (["request", "approve", "nonsense"], "request"),
        (["audit", "explain", "nonsense"], "request"), (["audit", "export", "--request", "nonsense", "--out", "x"], "request"),
        (["sharing", "end", "nonsense", "--by", "owner"], "sharing"), (["webhook", "show", "nonsense"], "webhook"),
    ])
    func aWrongIdentifierIsSaidToBeNoUUID(_ arguments: [String], _ noun: String) async throws {
        let outcome = try await Program().run(arguments)
        #expect(outcome.status == 64)
        #expect(outcome.error.contains("UUID, as `devshare \(noun) list` shows it"), "\(outcome.error)")
    }

    @Test func theEnginesOwnRoleIsNotOffered() async throws {
        for arguments in [["token", "--role", "engine"], ["webhook", "add", "https://hooks.example/", "--role", "engine"]] {
            let outcome = try await Program().run(arguments)
            #expect(outcome.status == 64)
            #expect(outcome.error.contains("Please provide one of 'portal', 'compliance', 'auditor' or 'operator'."))
        }
        #expect(try await Program().run("token", "--help").output.contains("operator, engine") == false)
    }

    @Test func aSchemaThatIsThereIsNotMadeAgain() async throws {
        let (program, _) = try await Program.ready()
        let arguments = ["audit", "replay", "--at", "1", "--schema", "then"]
        #expect(try await program.run(arguments).status == 0)
        let again = try await program.run(arguments)
        #expect(again.status == 1)
        #expect(
            again.error == "schema-exists: the database has a schema then already. "
                + "Choose another name, or drop that one: DROP SCHEMA \"then\" CASCADE.\n")
    }

    @Test(arguments: ["https://127.0.0.1/hooks", "https://10.1.2.3/", "https://[::1]/", "https://[fd00::1]/"])
    func aReceiverWhoseAddressIsPrivateIsRefusedAtOnce(_ url: String) async throws {
        let outcome = try await Program().run("webhook", "add", url)
        #expect(outcome.status == 65)
        #expect(outcome.error.hasPrefix("destination-invalid: "), "\(outcome.error)")
        #expect(outcome.error.contains("webhooks.allow-private"))
    }

    @Test func theVerifierInPythonSaysHowItIsUsed() async throws {
        let script = Program.root.appendingPathComponent("docs/verify-evidence.py").path
        for arguments in [["python3", script], ["python3", script, "x.evidence"]] {
            let outcome = try await Program().start(arguments, executable: URL(fileURLWithPath: "/usr/bin/env")).end()
            #expect(outcome.status == 2)
            #expect(outcome.output.isEmpty)
            #expect(outcome.error.contains("verify-evidence.py FILE KEY..."))
            #expect(!outcome.error.contains("out of range"))
        }
    }
}

import AsyncHTTPClient
import Canonical
import DeviceSharingClient
import Foundation
import TestSupport
import Testing

/// `devshare serve` and `devshare token`.
@Suite(.fewAtOnce) struct ServeTests {
    @Test(arguments: [
        (["--dev", "--host", "0.0.0.0"], "--dev listens on this machine only"),
        (["--host", "0.0.0.0", "--issuer", "i", "--jwks", "k"], "plain HTTP on 0.0.0.0 would show tokens"),
        ([], "it is not said whose tokens are believed"),
        (["--dev", "--tls-key", "k"], "TLS needs both a certificate and its key"),
        (["--dev", "--port", "70000"], "there is no port 70000"),
        (["--dev", "--connections", "0"], "a server cannot have 0 connections"),
        (["--dev", "--webhook-timeout", "0"], "0 seconds are no time for a receiver"),
        (["--issuer", "i", "--jwks", "http://login.example.com/jwks.json"], "could put keys of their own into the key set"),
    ])
    func whatWouldBeUnsafeIsRefused(_ arguments: [String], _ message: String) async throws {
        let outcome = try await Program(directory: temporaryFolder()).run(["serve"] + arguments)
        #expect(outcome.status == 65)
        #expect(outcome.error.hasPrefix("server-misconfigured: "))
        #expect(outcome.error.contains(message))
    }

    @Test(arguments: [
        ("jwks.json", true), ("/etc/devshare/jwks.json", true), ("https://login.example.com/jwks.json", true),
        ("http://localhost:8081/jwks.json", true), ("http://127.0.0.1/", true), ("http://127.8.0.9:8081/", true),
        ("http://[::1]:8081/", true), ("http://login.example.com/jwks.json", false), ("HTTP://login.example.com/", false),
        ("http://127.0.0.1@login.example.com/", false), ("http://127.example.com/", false),
        ("http://localhost.example.com/", false), ("http://128.0.0.1/", false), ("http://[::2]/", false),
        ("http://0.0.0.0/", false), ("http://", false),
    ])
    func keySetsComeOverPlainHTTPFromThisMachineOnly(_ keySet: String, _ isTaken: Bool) async throws {
        let outcome = try await Program().run(
            "serve", "--port", "0", "--issuer", "i", "--jwks", keySet, "--database-url", "host=/nowhere")
        // What is taken comes as far as the database, which is not there.
        #expect(outcome.status == (isTaken ? 69 : 65))
        #expect(outcome.error.contains(isTaken ? "connection-failed: " : "server-misconfigured: "), "\(outcome.error)")
    }

    @Test(.timeLimit(.minutes(10))) func anImportWithoutAnIdentityKeyRefusesTheLinesThatNeedOneAndNoOthers() async throws {
        let (local, _) = try await Program.ready()
        var keyless = local
        keyless.environment["DEVSHARE_IDENTITY_KEY"] = nil
        let served = try await ServedProgram.start(on: keyless)
        defer { served.program.signal(SIGTERM) }
        let token = try await served.token(.portal)
        let results = try await DeviceSharingClient(.init(server: served.address) { token }).importDirectory(
            """
            {"type":"user","id":"maria01","entity":"E-1","entityKind":"individual","registeredAt":"2024-03-01T09:00:00Z"}
            {"type":"user","id":"maria02","entity":"E-1","entityKind":"individual","registeredAt":"2021-06-15T09:00:00Z",\
            "identity":{"dateOfBirth":"1980-02-29"}}
            {"type":"user","id":"maria03","entity":"E-1","entityKind":"individual","registeredAt":"2021-06-15T09:00:00Z"}
            """)
        #expect(results.map { $0["status"]?.stringValue } == ["recorded", "refused", "recorded"])
        #expect(results.compactMap { $0["problem"]?["code"]?.stringValue } == ["identity-key-missing"])
    }

    @Test func theConfigurationIsPrintedWithoutSecrets() async throws {
        let program = Program(
            environment: [
                "DEVSHARE_DATABASE_URL": "postgresql://u:hunter2@db/x", "DEVSHARE_IDENTITY_KEY": Program.identityKey,
                "DEVSHARE_SERVER_PORT": "9090", "DEVSHARE_CHECKPOINT_KEY_FILE": "/etc/devshare/2027.key",
                "DEVSHARE_CHECKPOINT_WITNESSES": "/witness https://u:hunter3@bucket.example/log",
            ], directory: try temporaryFolder())
        let arguments = [
            "serve", "--print-config", "--issuer", "https://login.example.com", "--connections", "100", "--policy", "p.yaml",
            "--candidate", "c.yaml", "--witness", "kept",
        ]
        let outcome = try await program.run(arguments + ["--json"])
        #expect(outcome.status == 0)
        #expect(outcome.lines.count == 1)
        let json = try #require(try outcome.json().first)
        #expect(json["server"]?["connections"] == 100)
        #expect(json["server"]?["connections-per-address"] == 50)
        #expect(json["server"]?["webhook-timeout"] == 15)
        #expect(json["server"]?["port"] == 9090)
        #expect(json["tokens"]?["issuer"] == "https://login.example.com")
        #expect(json["database"]?["url"] == "(secret)")
        #expect(json["checkpoint"]?["key-file"] == ["/etc/devshare/2027.key"])
        #expect(json["checkpoint"]?["witnesses"]?.arrayValue?.count == 3)
        #expect(json["checkpoint"]?["witnesses"]?.arrayValue?.last == "kept")
        #expect(json["server"]?["policy"] == "p.yaml")
        #expect(json["server"]?["candidate"] == "c.yaml")
        #expect(outcome.output.contains("bucket.example/log"))
        for secret in ["hunter2", "hunter3", Program.identityKey] { #expect(!outcome.output.contains(secret)) }
        // The same for people, one setting a line.
        let shown = try await program.run(arguments)
        #expect(shown.lines.contains("  \"ledger\": \"default\","))
        #expect(try JSONValue(parsing: shown.output.trimmingCharacters(in: .newlines)) == json)
    }

    @Test func theKeyThatIsFoundByItselfIsShown() async throws {
        let program = Program(directory: try temporaryFolder())
        #expect(try await program.run("checkpoint", "keygen", "test.example/log").status == 0)
        let json = try #require(try await program.json("serve", "--print-config").first)
        #expect(json["checkpoint"]?["key-file"] == [".devshare/checkpoint.key"])
    }

    @Test func aPolicyFileThatIsNotThereIsRefusedAtTheStart() async throws {
        let folder = try temporaryFolder()
        let outcome = try await Program(directory: folder).run("serve", "--dev", "--port", "0", "--policy", "nofile.yaml")
        #expect(outcome.status == 65)
        #expect(outcome.error.hasPrefix("file-unreadable: there is no file nofile.yaml. "), "\(outcome.error)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func plainHTTPIsServedToOthersWhereThatIsSaid() async throws {
        let keys = try temporaryFile("jwks.json", #"{"keys":[]}"#)
        let server = try await Program.ready().program.start([
            "serve", "--host", "0.0.0.0", "--port", "0", "--plain-http", "--issuer", "i", "--jwks", keys,
        ])
        defer { server.signal(SIGKILL) }
        try await eventually("the server listens") { server.output.contains("listening on http://0.0.0.0:") }
        server.signal(SIGTERM)
        #expect(try await server.end().status == 128 + SIGTERM)
    }

    @Test("A server that is asked to stop is not ready for a while, in which it serves on", .timeLimit(.minutes(5)))
    func draining() async throws {
        var (local, _) = try await Program.ready()
        local.environment["DEVSHARE_SERVER_DRAIN_SECONDS"] = "5"
        let served = try await ServedProgram.start(on: local)
        func ask(_ path: String) async throws -> (status: Int, body: JSONValue) {
            let response = try await HTTPClient.shared.execute(
                HTTPClientRequest(url: served.address + path), timeout: .seconds(60))
            return (
                Int(response.status.code), try JSONValue(parsing: String(buffer: try await response.body.collect(upTo: 65_536)))
            )
        }
        let before = try await ask("/readyz")
        #expect(before.status == 200 && before.body["serving"] == true, "\(before.body)")
        served.program.signal(SIGTERM)
        try await eventually("it is not ready, and says why") {
            let now = try await ask("/readyz")
            return now.status == 503 && now.body["serving"] == false && now.body["database"] == true
        }
        #expect(try await ask("/healthz").status == 200)
        #expect(try await served.program.end().status == 128 + SIGTERM)
    }

    @Test(.timeLimit(.minutes(10))) func theCommandLineAsksAServerAsItAsksADatabase() async throws {
        let (local, _) = try await Program.ready()
        let folder = try temporaryFolder()
        let directory = try temporaryFile(
            "directory.jsonl",
            """
            {"type":"user","id":"maria01","entity":"E-1","entityKind":"individual","registeredAt":"2024-03-01T09:00:00Z"}
            {"type":"user","id":"maria02","entity":"E-1","entityKind":"individual","registeredAt":"2021-06-15T09:00:00Z"}
            {"type":"device","id":"DSC-7","holder":"maria02","kind":"dsc-plus","activatedAt":"2025-01-10T09:00:00Z"}
            """)
        #expect(try await local.run("directory", "import", directory).status == 0)
        let served = try await ServedProgram.start(on: local, data: folder, "--log-format", "json")
        let (server, address) = (served.program, served.address)
        defer { server.signal(SIGTERM) }
        let token = try await served.token(.portal)
        let remote = Program(
            environment: [
                "DEVSHARE_REMOTE_URL": address,
                "DEVSHARE_REMOTE_TOKEN": token,
            ], directory: folder)

        let candidates = try await remote.run("candidates", "maria01")
        #expect(candidates.lines.last?.contains("DSC-7") == true)
        let submitted = try await remote.json("request", "submit", "maria01", "maria02", "DSC-7", "--consent", "C-1")
        #expect(submitted.first?["state"] == "active")
        let id = try #require(submitted.first?["id"]?.stringValue)
        // The database has what the server was told.
        #expect(try await local.json("request", "list").first?["id"]?.stringValue == id)
        #expect(try await remote.run("request", "list").output == local.run("request", "list").output)
        let refused = try await remote.run("request", "submit", "maria01", "maria02", "DSC-7", "--consent", "C-2")
        #expect(refused.status == 1)
        #expect(refused.error.hasPrefix("already-shared: "))
        #expect(try await remote.run("request", "approve", id).error.hasPrefix("role-not-permitted: "))
        let unasked = try await remote.run("sharing", "end", id, "--by", "owner")
        #expect(unasked.status != 0, "\(unasked.output)")
        #expect(try await remote.run("sharing", "end", id, "--by", "owner", "--consent", "C-3").status == 0)

        let stranger = Program(environment: ["DEVSHARE_REMOTE_URL": address], directory: folder)
        #expect(try await stranger.run("request", "list").error.hasPrefix("token-missing: "))

        server.signal(SIGTERM)
        let ending = try await server.end()
        #expect(ending.status == 128 + SIGTERM)
        // Each line of the log is JSON, and none holds a token.
        let lines = ending.error.split(separator: "\n").filter { $0.hasPrefix("{") }
        #expect(lines.count >= 5)
        for line in lines { #expect((try? JSONValue(parsing: String(line)))?["message"] != nil) }
        #expect(!ending.error.contains(token.prefix(40)))
        // Numbers are numbers, so that what collects the lines can count and compare.
        let answered = lines.compactMap { try? JSONValue(parsing: String($0)) }.first { $0["route"] == "/v1/share-requests" }
        #expect(answered?["status"]?.integerValue != nil)
        #expect(answered?["milliseconds"]?.integerValue != nil)
        #expect(answered?["method"]?.stringValue != nil)
    }

    @Test(.timeLimit(.minutes(10))) func aPolicyFileIsFollowedAndACandidateDecidesBeside() async throws {
        let (local, _) = try await Program.ready()
        let folder = try temporaryFolder()
        let text = try String(
            contentsOf: Program.root.appendingPathComponent("Policies/device-sharing.yaml"), encoding: .utf8)
        let file = try temporaryFile("followed.yaml", text)
        let server = try local.start([
            "serve", "--dev", "--port", "0", "--data", folder.path, "--policy", file, "--candidate", file, "--log-format", "json",
        ])
        defer { server.signal(SIGTERM) }
        try await eventually("the server listens") { server.output.contains("listening on ") }
        func activations() async throws -> Int {
            try await local.json("events", "tail", "--after", "0").count { $0["type"] == "policy-activated" }
        }
        let before = try await activations()
        try Data("no: policy".utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
        try await eventually("the broken file is refused") { server.error.contains("policy-invalid") }
        #expect(try await activations() == before)
        try Data((text.asPolicyVersion("2026.2") + "\n# changed\n").utf8).write(
            to: URL(fileURLWithPath: file), options: .atomic)
        try await eventually("the changed file is in force") { try await activations() == before + 1 }
        server.signal(SIGTERM)
        let ending = try await server.end()
        #expect(ending.error.contains("the candidate policy has decided beside the one in force"))
        #expect(!ending.error.contains("has replaced another policy"))

        // What is activated by hand meanwhile, the next start takes back, and says so.
        let candidate = try temporaryFile("candidate.yaml", text.asPolicyVersion("by-hand"))
        #expect(try await local.run("policy", "activate", candidate).status == 0)
        let next = try local.start([
            "serve", "--dev", "--port", "0", "--data", folder.path, "--policy", file, "--log-format", "json",
        ])
        defer { next.signal(SIGTERM) }
        try await eventually("the replaced policy is named") { next.error.contains(#""replaced":"device-sharing by-hand""#) }
        #expect(next.error.contains(#""policy":"device-sharing 2026.2""#))
        next.signal(SIGTERM)
        _ = try await next.end()
    }
}

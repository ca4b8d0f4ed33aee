import Canonical
import Foundation
import TestSupport
import Testing

/// The web console of `devshare serve`.
@Suite(.fewAtOnce) struct ConsoleSettingsTests {
    private static let provider = [
        "DEVSHARE_CONSOLE_ISSUER": "https://login.example.com", "DEVSHARE_CONSOLE_CLIENT_ID": "console",
        "DEVSHARE_CONSOLE_CLIENT_SECRET": "hunter3",
        "DEVSHARE_CONSOLE_REDIRECT_ADDRESS": "https://sharing.example.com/console/sign-in/return",
        "DEVSHARE_CONSOLE_SESSION_KEY": String(repeating: "5a", count: 32),
    ]

    @Test func settingsArePrintedWithoutSecrets() async throws {
        let program = Program(environment: Self.provider, directory: try temporaryFolder())
        let outcome = try await program.run("serve", "--print-config", "--json")
        let console = try #require(try outcome.json().first?["console"])
        #expect(console["issuer"] == "https://login.example.com")
        #expect(console["client-secret"] == "(secret)")
        #expect(console["session-key"] == "(secret)")
        #expect(console["idle-minutes"] == 30)
        #expect(!outcome.output.contains("hunter3"))
        #expect(!outcome.output.contains("5a5a5a"))
    }

    @Test(arguments: [
        ("DEVSHARE_CONSOLE_CLIENT_ID", nil, "it is not said how the provider knows the console"),
        ("DEVSHARE_CONSOLE_REDIRECT_ADDRESS", "https://sharing.example.com/", "nobody would come back"),
        ("DEVSHARE_CONSOLE_SESSION_KEY", nil, "no key is set under which sessions are sealed"),
        ("DEVSHARE_CONSOLE_SESSION_KEY", "5a5a", "console.session-key is no key"),
        ("DEVSHARE_CONSOLE_IDLE_MINUTES", "0", "cannot last that long"),
    ])
    func whatWouldNotWorkIsRefused(_ name: String, _ value: String?, _ message: String) async throws {
        var program = Program(environment: Self.provider, directory: try temporaryFolder())
        program.environment[name] = value
        let outcome = try await program.run("serve", "--issuer", "i", "--jwks", "k")
        #expect(outcome.status == 65)
        #expect(outcome.error.hasPrefix("server-misconfigured: "))
        #expect(outcome.error.contains(message), "\(outcome.error)")
        #expect(!outcome.error.contains("5a5a5a"))
    }

    /// A server behind something on this machine that does TLS speaks plain HTTP, and knows of it by the redirect address.
    @Test(
        .timeLimit(.minutes(2)),
        arguments: [
            ("https://sharing.example.com/console/sign-in/return", true), ("http://127.0.0.1:8080/console/sign-in/return", false),
        ])
    func theRedirectAddressSaysWhetherCookiesAreForTLSAlone(_ redirectAddress: String, _ isSecure: Bool) async throws {
        let (local, _) = try await Program.ready()
        var program = local
        program.environment.merge(Self.provider) { _, ours in ours }
        program.environment["DEVSHARE_CONSOLE_REDIRECT_ADDRESS"] = redirectAddress
        let keys = try temporaryFile("jwks.json", #"{"keys":[]}"#)
        let server = try program.start(["serve", "--port", "0", "--issuer", "i", "--jwks", keys])
        defer { server.signal(SIGTERM) }
        let page = try await signInPage(of: server, "--include")
        #expect(page.contains("__Host-devshare-console=") == isSecure)
        #expect(page.contains("; Secure") == isSecure)
        #expect(page.contains("devshare-console="))
    }

    private func signInPage(of server: RunningProgram, _ options: String...) async throws -> String {
        try await eventually("the server listens", within: .seconds(60)) { server.output.contains("listening on ") }
        let line = try #require(server.output.split(separator: "\n").first { $0.hasPrefix("the console is at ") })
        return try await Program().start(
            ["-s"] + options + [String(line.dropFirst("the console is at ".count)) + "/sign-in"],
            executable: URL(fileURLWithPath: "/usr/bin/curl")
        ).end().output
    }

    /// The program finds its templates, style and words wherever it is started.
    @Test(.timeLimit(.minutes(2))) func theProgramServesTheConsole() async throws {
        let (local, _) = try await Program.ready()
        let folder = try temporaryFolder()
        var program = local
        program.directory = folder
        let server = try program.start(["serve", "--dev", "--port", "0", "--data", folder.path])
        defer { server.signal(SIGTERM) }
        #expect(try await signInPage(of: server).contains("h.tan"))
    }
}

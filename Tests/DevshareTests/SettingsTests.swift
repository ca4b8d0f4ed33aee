import Foundation
import TestSupport
import Testing

@testable import devshare

@Suite(.fewAtOnce) struct SettingsTests {
    /// A ledger's name shows which setting was taken.
    private func ledgerInForce(_ program: Program, _ arguments: String...) async throws -> String? {
        let outcome = try await program.run(["migrate"] + arguments + ["--json"])
        return try outcome.json().first?["ledger"]?.stringValue
    }

    @Test func theCommandLineComesBeforeTheEnvironmentBeforeTheFileBeforeTheDefault() async throws {
        let database = try await TestDatabase.empty()
        let config = try temporaryFile(
            "config.json", #"{"database":{"url":"\#(database.connectionString)"},"ledger":"from-file","language":"zh-Hans"}"#)
        var program = Program()
        #expect(try await ledgerInForce(program, "--config", config) == "from-file")
        program.environment["DEVSHARE_CONFIG"] = config
        #expect(try await ledgerInForce(program) == "from-file")
        program.environment["DEVSHARE_LEDGER"] = "from-environment"
        #expect(try await ledgerInForce(program) == "from-environment")
        #expect(try await ledgerInForce(program, "--ledger", "from-command-line") == "from-command-line")
        program.environment = ["DEVSHARE_DATABASE_URL": database.connectionString]
        #expect(try await ledgerInForce(program) == "default")
        // The language of the file, then of the environment.
        program.environment = ["DEVSHARE_CONFIG": config, "DEVSHARE_LEDGER": "default"]
        let chinese = try await program.run("user", "close", "nobody").error
        #expect(chinese.hasPrefix("user-not-found: "))
        #expect(!chinese.contains("There is no user"))
        program.environment["DEVSHARE_LANGUAGE"] = "en"
        #expect(
            try await program.run("user", "close", "nobody").error
                == "user-not-found: There is no user nobody. Check the user name.\n")
    }

    @Test func theDatabaseOfTheCommandLineComesBeforeThatOfTheEnvironment() async throws {
        let (program, database) = try await Program.ready()
        var elsewhere = program
        elsewhere.environment["DEVSHARE_DATABASE_URL"] = "host=/nowhere"
        #expect(try await elsewhere.run("request", "list").status == 69)
        #expect(try await elsewhere.run("request", "list", "--database-url", database.connectionString).status == 0)
    }

    @Test func theIdentityKeyComesFromEnvironmentOrFile() async throws {
        let (program, database) = try await Program.ready()
        let file = try temporaryFile("d.jsonl", SmallDirectory.jsonLines)
        var keyless = program
        keyless.environment["DEVSHARE_IDENTITY_KEY"] = nil
        let refused = try await keyless.run("directory", "import", file)
        #expect(refused.status == 69)
        #expect(refused.error.hasPrefix("identity-key-missing: "))
        // A sign is no digit, though numbers have them.
        for wrong in ["abc", String(repeating: "+a", count: 32), String(repeating: "-0", count: 32)] {
            keyless.environment["DEVSHARE_IDENTITY_KEY"] = wrong
            let invalid = try await keyless.run("directory", "import", file)
            #expect(invalid.status == 65)
            #expect(
                invalid.error
                    == "identity-key-invalid: the setting identity.key is no key. Write 64 or more hexadecimal digits.\n")
        }
        keyless.environment["DEVSHARE_IDENTITY_KEY"] = nil
        let config = try temporaryFile("c.json", #"{"identity":{"key":"\#(Program.identityKey)","key-id":"hsm-1"}}"#)
        #expect(try await keyless.run("directory", "import", file, "--config", config).status == 0)
        #expect(try await database.dump(["identity_fingerprint"]).allSatisfy { $0.contains("hsm-1") })
    }

    @Test func whatIsWrongWithTheDatabaseIsOneLineThatSaysWhatToDo() async throws {
        let folder = try temporaryFolder()
        let nothing = try await Program(directory: folder).run("request", "list")
        #expect(nothing.status == 69)
        #expect(
            nothing.error
                == "no-database: no database URL is set, and .devshare holds no embedded server. Run `devshare migrate` first, "
                + "or name a database with --database-url or DEVSHARE_DATABASE_URL.\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)

        let unreachable = try await Program().run("request", "list", "--database-url", "host=/nowhere password=hush")
        #expect(unreachable.status == 69)
        #expect(unreachable.error.hasPrefix("connection-failed: "))
        #expect(unreachable.error.split(separator: "\n").count == 1)
        #expect(!unreachable.error.contains("hush"))

        let empty = try await TestDatabase.empty()
        let unmigrated = try await Program.on(empty).run("request", "list")
        #expect(unmigrated.status == 69)
        #expect(unmigrated.error.hasPrefix("migration-pending: "))
        #expect(unmigrated.error.contains("devshare migrate"))

        let (program, _) = try await Program.ready()
        let absent = try await program.run("request", "list", "--ledger", "nowhere")
        #expect(absent.status == 69)
        #expect(absent.error.hasPrefix("ledger-not-found: "))
    }

    @Test func withoutAPolicyNothingIsDecided() async throws {
        let program = Program.on(try await TestDatabase.empty())
        #expect(try await program.run("migrate", "--no-default-policy").status == 0)
        let outcome = try await program.run("candidates", "maria01")
        #expect(outcome.status == 69)
        #expect(outcome.error.hasPrefix("no-active-policy: "))
        #expect(outcome.error.contains("devshare policy activate"))
        let activated = try await program.run("migrate")
        #expect(activated.output.contains("activated the default policy, device-sharing"))
        #expect(
            try await program.run("migrate").output == "the database has the schema of this program\nledger default is ready\n")
    }

    @Test func wrongUsageEndsWith64() async throws {
        #expect(try await Program().run("request", "submit", "a").status == 64)
        #expect(try await Program().run("no-such-verb").status == 64)
        #expect(try await Program().run("request", "list", "--limit", "0").status == 64)
        #expect(try await Program(environment: ["DEVSHARE_LANGUAGE": "tlh"]).run("policy", "facts").status == 65)
        #expect(try await Program().run("policy", "facts", "--language", "tlh").status == 64)
    }

    @Test func aMisspeltSettingIsRefusedWithTheNearestOne() async throws {
        let config = try temporaryFile("c.json", #"{"databse":{"url":"host=/nowhere"}}"#)
        let outcome = try await Program().run("policy", "facts", "--config", config)
        #expect(outcome.status == 65)
        #expect(
            outcome.error == "setting-unknown: the configuration file \(config) sets databse.url, which is no setting. "
                + "Did you mean database.url?\n")
        let far = try temporaryFile("c.json", #"{"colour":"red"}"#)
        #expect(try await Program().run("policy", "facts", "--config", far).error.contains("Known are: checkpoint.former-keys, "))
    }

    @Test(arguments: [
        (#"{"server":{"port":"9000"}}"#, "server.port"), (#"{"server":{"port":9000.5}}"#, "server.port"),
        (#"{"server":{"port":true}}"#, "server.port"), (#"{"server":{"port":null}}"#, "server.port"),
        (#"{"server":{"port":[9000]}}"#, "server.port"), (#"{"server":{"rate":"abc"}}"#, "server.rate"),
        (#"{"server":{"rate":1e30}}"#, "server.rate"), (#"{"server":{"plain-http":"yes"}}"#, "server.plain-http"),
        (#"{"server":{"plain-http":1}}"#, "server.plain-http"), (#"{"console":{"idle-minutes":"5"}}"#, "console.idle-minutes"),
        (#"{"tokens":{"ledger-optional":"true"}}"#, "tokens.ledger-optional"), (#"{"ledger":5}"#, "ledger"),
        (#"{"ledger":{}}"#, "ledger"), (#"{"ledger":{"a":"b"}}"#, "ledger"), (#"{"ledger":["a"]}"#, "ledger"),
        (#"{"language":"tlh"}"#, "language"), (#"{"log":{"level":"loud"}}"#, "log.level"),
        (#"{"log":{"format":7}}"#, "log.format"),
        (#"{"checkpoint":{"witnesses":["a"]}}"#, "checkpoint.witnesses"), (#"{"ledger":"a\u0000b"}"#, "ledger"),
        (#"{"server":{"port":1},"server.port":2}"#, "server.port"),
    ])
    func aSettingOfAWrongTypeInTheFileIsRefused(_ text: String, _ name: String) async throws {
        let config = try temporaryFile("c.json", text)
        for arguments in [["serve", "--print-config"], ["policy", "facts"], ["request", "list"]] {
            let outcome = try await Program().run(arguments + ["--config", config])
            #expect(outcome.status == 65, "\(outcome.output)")
            #expect(
                outcome.error.hasPrefix("setting-invalid: the configuration file \(config) sets \(name) "), "\(outcome.error)")
        }
    }

    @Test(arguments: [
        ("DEVSHARE_SERVER_RATE", "abc"), ("DEVSHARE_SERVER_RATE", ""), ("DEVSHARE_SERVER_RATE", "1.5"),
        ("DEVSHARE_SERVER_PORT", " 80"), ("DEVSHARE_SERVER_PORT", "99999999999999999999"),
        ("DEVSHARE_SERVER_PLAIN_HTTP", "maybe"), ("DEVSHARE_TOKENS_LEDGER_OPTIONAL", "2"), ("DEVSHARE_LOG_LEVEL", "loud"),
        ("DEVSHARE_LOG_FORMAT", "xml"), ("DEVSHARE_CONSOLE_IDLE_MINUTES", "five"),
    ])
    func aSettingThatCannotBeReadInTheEnvironmentIsRefused(_ name: String, _ value: String) async throws {
        let outcome = try await Program(environment: [name: value]).run("serve", "--print-config")
        #expect(outcome.status == 65)
        #expect(outcome.error.hasPrefix("setting-invalid: the environment sets \(name) "), "\(outcome.error)")
        // Also where the command line says otherwise.
        #expect(try await Program(environment: [name: value]).run("serve", "--print-config", "--rate", "5").status == 65)
    }

    @Test(arguments: [
        ("DEVSHARE_SERVER_PROT", "DEVSHARE_SERVER_PORT"), ("DEVSHARE_DATABSE_URL", "DEVSHARE_DATABASE_URL"),
        ("DEVSHARE_CONFG", "DEVSHARE_CONFIG"), ("devshare_ledger", "DEVSHARE_LEDGER"),
        ("DEVSHARE_IDENTITY_KEYID", "DEVSHARE_IDENTITY_KEY_ID"), ("DEVSHARE_TOKENS_LEDGER", "DEVSHARE_TOKENS_LEDGER_CLAIM"),
    ])
    func aMisspeltVariableIsRefusedWithTheNearestOne(_ name: String, _ meant: String) async throws {
        for arguments in [["serve", "--print-config"], ["request", "list"], ["policy", "facts"]] {
            let outcome = try await Program(environment: [name: "SECRET"]).run(arguments)
            #expect(outcome.status == 65)
            #expect(
                outcome.error == "setting-unknown: the environment sets \(name), which is no setting. Did you mean \(meant)?\n")
        }
    }

    @Test func whatIsWellFormedIsInForce() async throws {
        let config = try temporaryFile(
            "c.json",
            #"{"server":{"port":9000,"rate":5,"plain-http":true},"console":{"idle-minutes":5},"tokens":{"ledger-optional":true}}"#
        )
        var program = Program()
        let fromFile = try #require(try await program.json("serve", "--print-config", "--config", config).first)
        #expect(fromFile["server"]?["port"] == 9000)
        #expect(fromFile["server"]?["rate"] == 5)
        #expect(fromFile["server"]?["plain-http"] == true)
        #expect(fromFile["console"]?["idle-minutes"] == 5)
        #expect(fromFile["tokens"]?["ledger-optional"] == true)
        program.environment = [
            "DEVSHARE_SERVER_PORT": "9001", "DEVSHARE_SERVER_PLAIN_HTTP": "false", "DEVSHARE_CONFIG": config,
            "DEVSHARE_TOKENS_LEDGER_CLAIM": "/a~1b/c",
            // As Kubernetes sets them beside a service named devshare.
            "DEVSHARE_SERVICE_HOST": "10.0.0.1", "DEVSHARE_SERVICE_PORT": "80", "DEVSHARE_SERVICE_PORT_HTTP": "80",
            "DEVSHARE_PORT": "tcp://10.0.0.1:80", "DEVSHARE_PORT_80_TCP_ADDR": "10.0.0.1",
        ]
        let fromBoth = try #require(try await program.json("serve", "--print-config").first)
        #expect(fromBoth["server"]?["port"] == 9001)
        #expect(fromBoth["server"]?["plain-http"] == false)
        #expect(fromBoth["server"]?["rate"] == 5)
        #expect(fromBoth["tokens"]?["ledger-claim"] == "/a~1b/c")
        // The console's claims are those of the API where it has none of its own.
        #expect(fromBoth["console"]?["ledger-claim"] == "/a~1b/c")
        program.environment = ["DEVSHARE_SERVER_RATE": "9223372036854775807"]
        #expect(try await program.run("serve", "--print-config").status == 0)
        #expect(try await program.run("serve", "--dev").status == 65)
        program.environment = ["DEVSHARE_TOKENS_ROLES_CLAIM": "/a~2"]
        #expect(try await program.run("serve", "--dev").error.hasPrefix("server-misconfigured: /a~2 names no claim"))
    }

    /// Otherwise a new setting could be made in the environment alone.
    @Test func everySettingThatIsReadMayStandInTheFile() throws {
        let folder = Program.root.appendingPathComponent("Sources/devshare")
        var read: Set<String> = []
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) where path.hasSuffix(".swift") {
            let text = try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
            for match in text.matches(of: /(?:forKey: |list\(|reader, )"([a-z.-]+)"/) { read.insert(String(match.output.1)) }
        }
        #expect(read == Set(Setting.all.map(\.name)))
    }

    @Test func aConfigurationFileThatCannotBeReadIsNamed() async throws {
        let outcome = try await Program().run("policy", "facts", "--config", "/nowhere/c.json")
        #expect(outcome.status == 65)
        #expect(outcome.error.hasPrefix("file-unreadable: the configuration file /nowhere/c.json"))
    }

    @Test func aKeyThatMayNotBeReadIsNeverAnsweredWithTheAdviceToRemoveIt() async throws {
        let folder = try temporaryFolder()
        // Root may read every file, but nobody a folder.
        try FileManager.default.createDirectory(at: folder.appendingPathComponent("token.key"), withIntermediateDirectories: true)
        let outcome = try await Program(directory: folder).run("token", "--role", "portal", "--data", folder.path)
        #expect(outcome.status == 65)
        #expect(outcome.error.hasPrefix("file-unreadable: "), "\(outcome.error)")
        #expect(!outcome.error.lowercased().contains("remove") && outcome.error.contains("Keep the file."))
    }

    @Test func errorsEndInOneFullStopInEveryLanguage() async throws {
        let (program, _) = try await Program.ready()
        for (language, end) in [("en", "."), ("zh-Hans", "。"), ("zh-Hant", "。")] {
            let outcome = try await program.run("candidates", "nobody", "--language", language)
            let text = outcome.error.trimmingCharacters(in: .newlines)
            #expect(text.hasSuffix(end) && !text.contains("。.") && !text.contains(".."), "\(text)")
        }
    }
}

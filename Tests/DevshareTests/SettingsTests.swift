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
        #expect(try await program.run("migrate").output == "the database has every migration\nledger default is ready\n")
    }

    @Test func wrongUsageEndsWith64() async throws {
        #expect(try await Program().run("request", "submit", "a").status == 64)
        #expect(try await Program().run("no-such-verb").status == 64)
        #expect(try await Program().run("request", "list", "--limit", "0").status == 64)
        #expect(try await Program(environment: ["DEVSHARE_LANGUAGE": "tlh"]).run("policy", "facts").status == 64)
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

    /// Otherwise a new setting could be made in the environment alone.
    @Test func everySettingThatIsReadMayStandInTheFile() throws {
        let folder = Program.root.appendingPathComponent("Sources/devshare")
        var read: Set<String> = []
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) where path.hasSuffix(".swift") {
            let text = try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
            for match in text.matches(of: /(?:forKey: |list\(|reader, )"([a-z.-]+)"/) { read.insert(String(match.output.1)) }
        }
        #expect(read == Set(ConfigurationFile.names))
    }

    @Test func aConfigurationFileThatCannotBeReadIsNamed() async throws {
        let outcome = try await Program().run("policy", "facts", "--config", "/nowhere/c.json")
        #expect(outcome.status == 65)
        #expect(outcome.error.hasPrefix("file-unreadable: the configuration file /nowhere/c.json"))
    }
}

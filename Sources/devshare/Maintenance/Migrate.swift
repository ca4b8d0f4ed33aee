import ArgumentParser
import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine

/// `devshare migrate`.
struct Migrate: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Brings the database to what this program needs, founds the ledger, and gives it a policy.",
        discussion: """
            Run it once at the beginning and after each update, as the owner of the database, who needs CREATEROLE where the \
            server has no role devshare_app yet (docs/quick-start.md, section 8). Without a database URL it makes an \
            embedded server in --data. What is there already stays. A ledger that has no policy gets the one that comes with \
            the program, so that it can decide on requests; change it with `devshare policy activate`. After a restore into \
            another server it makes the role and gives its privileges again.

              devshare migrate
              devshare migrate --database-url postgresql://sharing_owner@db/sharing --ledger hongkong

            \(ExitStatus.help)
            """)

    @Flag(inversion: .prefixedNo, help: "Activate the policy that comes with the program where the ledger has none.")
    var defaultPolicy = true

    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        try await Database.open(settings, founding: true) { database in
            let report = try await Installation(connectionString: database.connectionString).migrate(ledger: settings.ledger)
            let activation = try await database.withEngine { engine in
                defaultPolicy ? try await engine.activateDefaultPolicy() : nil
            }
            if settings.json {
                return Output.line(
                    .members([
                        "applied": JSONValue(report.applied), "adopted": report.adopted.map { .string($0) },
                        "ledger": .string(settings.ledger),
                        "activatedPolicy": activation.map { .string($0) },
                    ]))
            }
            if let adopted = report.adopted { Output.line("brought the database from \(adopted) to this program's schema") }
            Output.line(Self.summary(report.applied))
            Output.line("ledger \(settings.ledger) is ready")
            if let activation { Output.line("activated the default policy, \(activation)") }
        }
    }

    /// Maximum of names that are listed one by one; a new database has many files to apply.
    private static let listedNames = 8

    /// What was applied, in one or several lines.
    private static func summary(_ applied: [String]) -> String {
        if applied.isEmpty { return "the database has the schema of this program" }
        if applied.count > listedNames { return "applied \(applied.count) files of the schema" }
        return applied.map { "applied \($0)" }.joined(separator: "\n")
    }
}

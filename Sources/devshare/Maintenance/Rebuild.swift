import ArgumentParser
import Canonical
import SharingEngine
import SharingLog

/// `devshare rebuild`.
struct Rebuild: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Makes the read models anew from the log, or checks them against it.",
        discussion: """
            The tables that answer questions (users, devices, requests) are made from the log in fresh tables, which then \
            take the place of the old ones. Commands go on meanwhile. Needs the rights of the schema's owner.

              devshare rebuild
              devshare rebuild --verify     changes nothing; exit status 70 where a row differs

            \(ExitStatus.help)
            """)

    @Flag(help: "Compare only.")
    var verify = false

    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        try await Database.open(settings) { database in
            try await Installation(connectionString: database.connectionString).verify()
            let rebuild = ReadModelRebuild(connectionString: database.connectionString) { folded, total in
                Terminal.progress("  \(folded) of \(total) events")
            }
            guard verify else {
                try await rebuild.run()
                Terminal.endProgress()
                return settings.json ? Output.line(["rebuilt": true]) : Output.line("the read models are those of the log")
            }
            let differences = try await rebuild.differences()
            Terminal.endProgress()
            if settings.json {
                Output.line(["differences": .array(differences.map(\.json))])
            } else if differences.isEmpty {
                Output.line("the read models are what the log gives, row for row")
            } else {
                var table = Table("READ MODEL", "ROWS MISSING", "ROWS UNEXPECTED")
                for difference in differences {
                    table.add(difference.readModel, "\(difference.missing)", "\(difference.unexpected)")
                }
                Output.lines(table.lines(otherwise: ""))
            }
            if !differences.isEmpty {
                throw DevshareError(
                    .readModelsDiffer, "the read models are not what the log gives",
                    advice: "Run `devshare rebuild` to make them anew.")
            }
        }
    }
}

extension ReadModelRebuild.Difference {
    fileprivate var json: JSONValue {
        ["readModel": .string(readModel), "missing": JSONValue(missing), "unexpected": JSONValue(unexpected)]
    }
}

import ArgumentParser
import Canonical
import DeviceSharing
import EligibilityPolicy
import EmbeddedPostgres
import Foundation
import SharingEngine
import SharingLog

/// `devshare demo`.
struct Demo: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Shows everything at work: a private server, 1,000 users, 200 requests of every outcome, and their stories.",
        discussion: """
            Generates a directory of 1,000 users with 1,500 devices and sixty days of requests, carries all of it out through \
            the engine, and then tells the story of one request of each state. The same seed gives the same people and the same \
            requests. No database of yours is touched: --database-url is ignored.

              devshare demo
              devshare demo --seed 7 --keep .devshare
              devshare request list --state compliance-pending

            \(ExitStatus.help)
            """)

    @Option(help: "Another directory and history for each number.")
    var seed: UInt64 = 1

    @Option(help: "Keep the database in this folder, for other verbs with --data.")
    var keep: String?

    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        var settings = settings
        settings.databaseURL = nil
        if let keep {
            settings.dataDirectory = URL(fileURLWithPath: keep)
            guard !settings.hasServer else {
                throw DevshareError(
                    .fileUnreadable, "\(keep) holds a server already", advice: "Name another folder, or remove that one.")
            }
        }
        let started = ContinuousClock.now
        Terminal.progress("  starting a private PostgreSQL server")
        let (seed, isKept, finalSettings) = (seed, keep != nil, settings)
        let live: @Sendable (EmbeddedPostgres) async throws -> DemoTour = { server in
            let database = Database(connectionString: server.connectionString, settings: finalSettings, isEmbedded: true)
            return try await Self.live(in: database, seed: seed, isKept: isKept)
        }
        let tour =
            isKept
            ? try await Database.withServer(in: settings, live)
            : try await Database.withServer(EmbeddedPostgres.Configuration(), live)
        if settings.json { return Output.line(tour.json) }
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        for line in introduction(seconds) + tour.lines() + suggestions(tour) { Output.line(line) }
    }

    /// Migrates, fills the directory, lives through the history, and looks at what has come of it.
    private static func live(in database: Database, seed: UInt64, isKept: Bool) async throws -> DemoTour {
        let settings = database.settings
        _ = try await Installation(connectionString: database.connectionString).migrate(ledger: settings.ledger)
        let history = DemoHistory(seed: seed, end: .now)
        let key = isKept ? try IdentityKey.load(database) : try IdentityKey.ephemeral()
        let clock = DemoClock(history.start)
        var limits = EngineLimits()
        // The demo's time jumps; requests lapse when the history says so, not when the timer happens to look.
        limits.deadlineInterval = .seconds(86_400)
        let configuration = EngineConfiguration(
            connectionString: database.connectionString, ledger: settings.ledger, limits: limits, clock: { clock.now },
            role: "devshare_app")
        return try await SharingEngine.withEngine(configuration) { engine in
            let run = DemoRun(history: history, engine: engine, clock: clock, key: key)
            let policy = try Installation.defaultPolicy()
            _ = try await engine.activatePolicy(
                policy, file: "device-sharing.yaml", as: CommandContext(actor: DemoActors.importer))
            Terminal.progress(
                "  recording \(history.population.users.count) users and \(history.population.devices.count) devices")
            try await run.recordDirectory()
            let refused = try await run.live()
            guard let policy = engine.activePolicy else { throw EngineError(.noActivePolicy) }
            return try await DemoTour(engine, refused: refused, words: Words(settings.language, policy: policy))
        }
    }

    private func introduction(_ seconds: Double) -> [String] {
        let time = Int((seconds * 10).rounded())
        let text = """
            \(DemoHistory.users) users of a broker hold \(DemoHistory.devices) security devices. In sixty days they asked \
            200 times to log in with the device of another user. Every request went through the policy into the log, on a \
            private PostgreSQL server, in \(time / 10).\(time % 10) seconds. Times are UTC; #n is the position in the log.
            """
        return [Terminal.styled("Device sharing, a tour", .bold), ""] + text.wrapped(to: Terminal.width)
    }

    private func suggestions(_ tour: DemoTour) -> [String] {
        var lines = ["", Terminal.styled("What to try next", .bold)]
        guard let keep else {
            return lines + [
                "  devshare demo --keep .devshare     the same, and the database stays for the other verbs", "  devshare --help",
            ]
        }
        let data = keep == ".devshare" ? "" : " --data \(keep)"
        let pending = tour.rows.first { $0.state == .compliancePending && $0.claimedBy == nil }
        let active = tour.rows.first { $0.state == .active }
        var next = [("devshare request list --state compliance-pending\(data)", "what waits for compliance")]
        if let pending {
            next.append(("devshare request show \(pending.request)\(data)", "one of them"))
            next.append(("devshare request approve \(pending.request) --officer you\(data)", "decide on it"))
            next.append(("devshare candidates \(pending.owner)\(data)", "whose device somebody might use"))
        }
        if let active {
            next.append(("devshare sharing end \(active.request) --by owner --consent C-1\(data)", "end a sharing"))
        }
        next.append(("devshare policy replay\(data)", "re-decide everything from the log"))
        next.append(("devshare events tail --follow\(data)", "watch"))
        for (command, purpose) in next { lines += ["  \(command)", Terminal.styled("      \(purpose)", .dim)] }
        return lines
    }
}

import ArgumentParser

@main
struct DevshareBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devshare-bench",
        abstract: "Prints ratios to baselines that are measured in the same run, on the same server.")

    enum Section: String, CaseIterable, ExpressibleByArgument {
        case policy
        case expressions
        case submissions
        case counters
        case latency
        case http
        case webhooks
        case reading
        case growth
        case ledgers
        case backtest
        case audit
        case console
    }

    @Argument(help: "What to measure; everything unless named.")
    var sections: [Section] = Section.allCases

    @Option(help: "Seconds for each measurement.")
    var seconds = 8

    @Option(help: "Minutes of load over HTTP after which the server's memory must not have grown; 0 for none.")
    var soakMinutes = 0

    @Option(help: "Events to deliver to webhooks.")
    var webhookEvents = 20_000

    @Option(help: "Events to read.")
    var readEvents = 1_000_000

    @Option(help: "Events of the long ledger.")
    var ledgerEvents = 3_000_000

    @Option(help: "Requests of the history that is decided again.")
    var backtestRequests = 1_000_000

    @Option(help: "Events of the log that is verified.")
    var auditEvents = 3_000_000

    @Option(help: "Events of the ledger beside which pages of the console are shown.")
    var consoleEvents = 3_000_000

    @Option(help: "Random expressions to evaluate.")
    var expressions = 100_000

    @Option(help: .hidden)
    var probe: MemoryProbe.Work?

    @Option(help: .hidden)
    var probeDatabase: String?

    func run() async throws {
        if let probe, let probeDatabase { return try await MemoryProbe.run(probe, connectionString: probeDatabase) }
        let report = Report()
        if sections.contains(.policy) { try await PolicyBenchmark(report: report, seconds: seconds).run() }
        if sections.contains(.expressions) { try FuzzBenchmark(report: report, count: expressions).run() }
        let onServer: Set<Section> = [
            .submissions, .counters, .latency, .http, .webhooks, .reading, .growth, .ledgers, .backtest, .audit, .console,
        ]
        guard !onServer.isDisjoint(with: sections) else { return }
        let server = try await BenchServer.start()
        do {
            if sections.contains(.submissions) {
                try await SubmissionBenchmark(server: server, report: report, seconds: seconds).run()
            }
            if sections.contains(.counters) {
                try await CounterBenchmark(server: server, report: report, seconds: seconds).run()
            }
            if sections.contains(.latency) {
                try await SubmissionBenchmark(server: server, report: report, seconds: seconds).runAlone()
            }
            if sections.contains(.http) {
                try await HTTPBenchmark(server: server, report: report, seconds: seconds, soakMinutes: soakMinutes).run()
            }
            if sections.contains(.webhooks) {
                try await WebhookBenchmark(server: server, report: report, events: webhookEvents).run()
            }
            if sections.contains(.reading) {
                try await ReadingBenchmark(server: server, report: report, events: readEvents).run()
            }
            if sections.contains(.growth) {
                try await GrowthBenchmark(server: server, report: report, events: ledgerEvents, seconds: seconds).run()
            }
            if sections.contains(.ledgers) {
                try await LedgersBenchmark(server: server, report: report, seconds: seconds).run()
            }
            if sections.contains(.backtest) {
                try await BacktestBenchmark(server: server, report: report, requests: backtestRequests).run()
            }
            if sections.contains(.audit) {
                try await AuditBenchmark(server: server, report: report, events: auditEvents, seconds: seconds).run()
            }
            if sections.contains(.console) {
                try await ConsoleBenchmark(server: server, report: report, events: consoleEvents).run()
            }
        } catch {
            // What failed says more than what the server's end may say after it.
            do { try await server.server.stop() } catch let second { report.note("\(second)") }
            throw error
        }
        try await server.server.stop()
    }
}

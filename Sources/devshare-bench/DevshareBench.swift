import ArgumentParser

@main
struct DevshareBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devshare-bench",
        abstract: "Prints ratios to baselines that are measured in the same run, on the same server.")

    enum Section: String, CaseIterable, ExpressibleByArgument {
        case submissions
        case reading
        case growth
    }

    @Argument(help: "What to measure; everything unless named.")
    var sections: [Section] = Section.allCases

    @Option(help: "Seconds for each measurement.")
    var seconds = 8

    func run() async throws {
        let report = Report()
        let server = try await BenchServer.start()
        do {
            for section in sections {
                switch section {
                case .submissions: try await SubmissionBenchmark(server: server, report: report, seconds: seconds).run()
                case .reading, .growth: break
                }
            }
        } catch {
            print("\(error)")
            try await server.server.stop()
            throw error
        }
        try await server.server.stop()
    }
}

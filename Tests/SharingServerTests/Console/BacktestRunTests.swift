import DeviceSharing
import EligibilityPolicy
import Logging
import ServiceLifecycle
import SharingEngine
import TestSupport
import Testing

@testable import HTTPEdge
@testable import SharingConsole

/// Back-tests that run beside the requests of the page that they were started on.
@Suite(.fewAtOnce) struct BacktestRunTests {
    private struct Trouble: Error {}

    private func run() throws -> BacktestRuns.Run {
        BacktestRuns.Run(candidate: try Policy.load(Installation.defaultPolicy(), file: "candidate"), text: "", since: nil)
    }

    private func runs(_ change: (inout ServerLimits) -> Void = { _ in }) -> BacktestRuns {
        var limits = ServerLimits()
        change(&limits)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return BacktestRuns(limits: limits, logger: logger)
    }

    /// Does not end before it is cancelled.
    private static let endless: BacktestRuns.Work = { progress in
        progress(0.5)
        for await _ in AsyncStream<Void>.makeStream().stream {}
        throw CancellationError()
    }

    private func isCancelled(_ run: BacktestRuns.Run?) -> Bool { if case .cancelled? = run?.state { true } else { false } }

    @Test(.timeLimit(.minutes(5))) func aPersonHasOneAtATimeAndMayCancelIt() async throws {
        let runs = runs()
        #expect(runs.run(of: "ana") == nil)
        try runs.start(try run(), for: "ana", work: Self.endless)
        try await eventually("it says how far it is") {
            if case .running(let share)? = runs.run(of: "ana")?.state { share == 0.5 } else { false }
        }
        let second = try run()
        #expect(throws: BacktestRuns.Refusal.underWay) { try runs.start(second, for: "ana", work: Self.endless) }
        #expect(runs.run(of: "ben") == nil, "what somebody runs is nobody else's")
        runs.cancel(for: "ben")
        runs.cancel(for: "ana")
        try await eventually("it is cancelled") { isCancelled(runs.run(of: "ana")) }
        try runs.start(second, for: "ana", work: Self.endless)
        runs.cancel(for: "ana")
    }

    @Test(.timeLimit(.minutes(5))) func thereAreAFewInAll() async throws {
        let runs = runs { $0.backtests = 2 }
        let one = try run()
        for person in ["ana", "ben"] { try runs.start(one, for: person, work: Self.endless) }
        #expect(throws: BacktestRuns.Refusal.exhausted) { try runs.start(one, for: "cleo", work: Self.endless) }
        runs.cancel(for: "ben")
        try await eventually("another may be started") {
            do {
                try runs.start(one, for: "cleo", work: Self.endless)
                return true
            } catch { return false }
        }
        for person in ["ana", "cleo"] { runs.cancel(for: person) }
    }

    @Test(.timeLimit(.minutes(5))) func whatHasEndedIsForgottenInTheEnd() async throws {
        let runs = runs { $0.backtestResultTime = .zero }
        try runs.start(try run(), for: "ana") { _ in throw Trouble() }
        try await eventually("it is forgotten") { runs.run(of: "ana") == nil }
    }

    @Test(.timeLimit(.minutes(5))) func whatFailsSaysWhy() async throws {
        let runs = runs()
        try runs.start(try run(), for: "ana") { _ in throw ProblemDetails(.databaseUnavailable) }
        try await eventually("it has failed") {
            if case .failed(let problem)? = runs.run(of: "ana")?.state {
                problem.code == .service(.databaseUnavailable)
            } else {
                false
            }
        }
    }

    @Test(.timeLimit(.minutes(5))) func theyEndWithTheServer() async throws {
        let runs = runs()
        try runs.start(try run(), for: "ana", work: Self.endless)
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [runs], logger: Logger(label: "test")))
        let serving = Task { try await group.run() }
        await group.triggerGracefulShutdown()
        try await serving.value
        #expect(isCancelled(runs.run(of: "ana")))
        let second = try run()
        #expect(throws: BacktestRuns.Refusal.exhausted) { try runs.start(second, for: "ben", work: Self.endless) }
    }

    @Test(.timeLimit(.minutes(10))) func itsPageComesAgainUntilItIsCancelled() async throws {
        try await API.run(console: .samples) { api in
            // Enough requests that the run is still under way when it is cancelled, on a busy machine too.
            for number in 0..<200 { _ = try await api.pendingRequest("\(number)") }
            let author = try await Browser.signedIn(api, as: "o.lind")
            let path = "/console/policies/backtest"
            try await author.get(path)
            #expect(try await author.post(path, [("candidate", try Self.slowPolicy())]).status == 303)
            let page = try await author.get(path)
            #expect(page.text.contains("<meta http-equiv=\"refresh\" content=\"2\">"))
            #expect(page.text.contains("Under way") && page.text.contains("of the log has been looked at"))
            #expect(!page.text.contains("<textarea"), "nothing is typed into a page that comes again")
            Structure.check(page.text, "backtest, running")
            let again = try await author.post(path, [("candidate", try Self.slowPolicy())])
            #expect(try await author.follow(again).text.contains("You have a back-test under way."))
            // The page is another person's too, without what this one runs.
            let other = try await Browser.signedIn(api, as: "a.novak")
            #expect(try await !other.get(path).text.contains("Under way"))
            try await author.get(path)
            try await author.follow(try await author.post(path + "/cancellation"))
            try await eventually("it is cancelled") {
                try await author.get(path).text.contains("It was cancelled before its end.")
            }
            #expect(try await author.get(path).text.contains("<textarea"))
        }
    }

    /// A policy that takes as many steps over each request as one may.
    private static func slowPolicy() throws -> String {
        let list = "[" + (0..<70).map(String.init).joined(separator: ",") + "]"
        let rules = (0..<9).map { number in
            """
              - id: slow-\(number)
                title: {en: Slow, zh-Hant: 慢, zh-Hans: 慢}
                require: "\(list).all(a, \(list).all(b, a + b + \(number) >= 0 || requester.id == 'x\(number)'))"
                otherwise: review
                error: identity-incomplete
                parameters: {attributes: identity.missing}

            """
        }
        return try Installation.defaultPolicy().replacing("rules:\n", with: "rules:\n" + rules.joined())
    }
}

import InMemoryLogging
import Logging
import SharingLog
import TestSupport
import Testing

@Suite("One trouble does not fill the log") struct RepeatedFailureTests {
    private static let message: Logger.Message = "the log was not sealed"

    @Test("Given failures for one reason, the first is told at once, and then one a minute with their number, and their end")
    func repetition() {
        let log = InMemoryLogHandler()
        var failure = RepeatedFailure(Logger(label: "test") { _ in log }, level: .critical, Self.message)
        let start = ContinuousClock.now
        for second in 0..<130 {
            failure.log(EngineError(.witnessesMissing, "w1"), at: start + .seconds(second))
        }
        #expect(log.entries.map { "\($0.metadata["failures"] ?? "1")" } == ["1", "61", "121"])
        #expect(log.entries.allSatisfy { $0.level == .critical && $0.message == Self.message })
        failure.end()
        failure.end()
        #expect(log.entries.count == 4)
        #expect(log.entries.last?.level == .notice)
        #expect(log.entries.last?.message == "over: the log was not sealed")
        #expect(log.entries.last?.metadata["failures"].map { "\($0)" } == "130")
        // What fails later is a trouble of its own.
        failure.log(EngineError(.witnessesMissing, "w1"), at: start + .seconds(131))
        #expect(log.entries.count == 5)
    }

    @Test("Given a failure for another reason, it is told at once")
    func anotherReason() {
        let log = InMemoryLogHandler()
        var failure = RepeatedFailure(Logger(label: "test") { _ in log }, Self.message)
        let start = ContinuousClock.now
        failure.log(EngineError(.databaseUnavailable, "gone"), at: start)
        failure.log(EngineError(.logRewritten, "tile 3"), at: start + .seconds(1))
        failure.log(EngineError(.logRewritten, "tile 3"), at: start + .seconds(2))
        #expect(log.entries.count == 2)
        #expect(log.entries.last?.metadata["error"].map { "\($0)".contains("tile 3") } == true)
    }
}

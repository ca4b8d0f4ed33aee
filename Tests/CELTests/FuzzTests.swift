import CELFuzz
import Testing

@testable import cel_conformance

@Suite("Random expressions")
struct FuzzTests {
    /// No crash, and one result however often and by whichever way an expression is evaluated.
    @Test func endWithOneResult() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var run = FuzzRun(seed: seed, corpus: ConformanceData.cases.map(\.expression))
        run.run(5_000)
        #expect(run.failures.isEmpty, "seed \(seed)")
        // Otherwise the run would show little.
        #expect(run.tried == 5_000)
        #expect(run.wellTyped > 500, "seed \(seed)")
        #expect(run.valued > 500, "seed \(seed)")
    }
}

import CELFuzz

/// Random expressions: none may crash the evaluation, and each must come to the same twice.
struct FuzzBenchmark {
    let report: Report
    let count: Int

    func run() throws {
        report.section("Expressions: \(count) random ones, each evaluated twice")
        var run = FuzzRun(seed: .random(in: .min ... .max), corpus: [])
        run.run(count)
        report.note("\(run.tried) tried, \(run.wellTyped) well typed, \(run.valued) with a value, \(run.failures.count) failures")
        for failure in run.failures.prefix(10) { report.note(failure) }
        guard run.failures.isEmpty else { throw BenchmarkError("\(run.failures.count) expressions failed") }
    }
}

import ConformanceRun
import Foundation

// cel-conformance FILE.json …: runs the cases of google/cel-spec's suite.

let run = ConformanceRun(program: "cel-conformance") {
    try ConformanceFile($0).cases
} failure: { conformanceCase in
    conformanceCase.failure().map { "\(conformanceCase) \($0)" }
}
exit(run.status(of: CommandLine.arguments.dropFirst()))

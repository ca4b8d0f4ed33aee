import ConformanceRun
import Foundation

// merkle-conformance FILE.json …: runs the cases of transparency-dev/merkle's suite of proofs.

let run = ConformanceRun(program: "merkle-conformance") {
    try ConformanceCase.read($0)
} failure: { conformanceCase in
    conformanceCase.failure().map { "\(conformanceCase.name) \($0)" }
}
exit(run.status(of: CommandLine.arguments.dropFirst()))

import ArgumentParser
import Canonical
import EligibilityPolicy

/// `devshare policy test`.
struct TestPolicy: Verb {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Runs the cases beside a policy file.",
        discussion: """
            The cases of NAME.yaml stand in NAME.tests.yaml. A case that fails shows what was expected, what came instead, and \
            every rule with the value of each part of its expression. Needs no database.

              devshare policy test
              devshare policy test candidate.yaml --coverage

            Exit status 1 where a case fails, or with --coverage where something is not covered.

            \(ExitStatus.help)
            """)

    @Argument(help: "The policy file.")
    var file = PolicyFile.usual

    @Option(help: "The file of cases. (default: NAME.tests.yaml beside it)")
    var cases: String?

    @Flag(help: "Say which rules and conditions no case comes to.")
    var coverage = false

    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        let policyFile = try PolicyFile(file)
        let policy = try policyFile.policy()
        let caseFile = try PolicyFile(cases ?? policyFile.pathOfCases)
        let suite = try PolicyTestSuite.load(caseFile.text, file: caseFile.path)
        let results = suite.run(on: policy)
        let failed = results.filter { !$0.passed }
        let covered = coverage ? suite.coverage(on: policy) : nil
        if settings.json {
            for result in results { Output.line(result.json) }
            Output.line(
                .members([
                    "passed": JSONValue(results.count - failed.count), "failed": JSONValue(failed.count),
                    "covered": covered.map { JSONValue($0.covered) }, "coverable": covered.map { JSONValue($0.total) },
                    "gaps": covered.map { JSONValue($0.gaps.map(\.description)) },
                ]))
        } else {
            for result in failed { Output.lines(result.lines) }
            Output.line("\(results.count - failed.count) cases passed, \(failed.count) failed")
            if let covered {
                for gap in covered.gaps { Output.line("not covered: \(gap)") }
                Output.line("\(covered.covered) of \(covered.total) values of rules and conditions are covered")
            }
        }
        guard failed.isEmpty else {
            throw DevshareError(.policyTestsFailed, "\(failed.count.of("case")) of \(caseFile.path) failed")
        }
        if let covered, !covered.gaps.isEmpty {
            throw DevshareError(.policyTestsFailed, "\(covered.gaps.count.of("gap")) in what the cases cover")
        }
    }
}

extension CaseResult {
    fileprivate var json: JSONValue {
        .members([
            "case": .string(testCase.id), "line": JSONValue(testCase.line), "passed": .bool(passed),
            "outcome": .string(decision.outcome.rawValue), "differences": passed ? nil : JSONValue(differences),
            "explanation": explanation?.json,
        ])
    }
}

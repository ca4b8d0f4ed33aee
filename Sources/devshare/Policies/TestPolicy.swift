import ArgumentParser
import Canonical
import EligibilityPolicy
import PolicyProof

/// `devshare policy test`.
struct TestPolicy: Verb {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Runs the cases beside a policy file.",
        discussion: """
            The cases of NAME.yaml stand in NAME.tests.yaml. A case that fails shows what was expected, what came instead, and \
            each rule that decided otherwise than expected: its expression, and the facts, variables and constants that were read. \
            Needs no database.

              devshare policy test
              devshare policy test candidate.yaml --trace
              devshare policy test candidate.yaml --case device-a-week-old --trace
              devshare policy test candidate.yaml --coverage
              devshare policy test candidate.yaml --mutants

            With --trace, every rule of a case that fails follows, with the value of each part of its expression; with --case, of \
            the named cases, whether they fail or not.

            With --mutants, small faults are put into the policy, one at a time: another comparison or connective, a negation less, \
            a constant that is one more or one less, a rule that is dropped. Each that no case finds out is shown, with a request \
            that a case could have, unless it is proved that it changes nothing.

            With --suggest, cases that find these faults out are written in the form of the file of cases, each with the outcome \
            that the policy gives. An officer must confirm that it is meant; then they are appended.

              devshare policy test candidate.yaml --suggest boundaries.yaml
              cat boundaries.yaml >> candidate.tests.yaml

            Exit status 1 where a case fails, with --coverage where something is not covered, or with --mutants where a fault is \
            not found out.

            \(ExitStatus.help)
            """)

    @Argument(help: "The policy file.")
    var file = PolicyFile.usual

    @Option(help: "The file of cases. (default: NAME.tests.yaml beside it)")
    var cases: String?

    @Option(name: .customLong("case"), help: "Run only the case of this id; may be given several times.")
    var chosen: [String] = []

    @Flag(help: "Show every rule of a case that fails, and of a case named by --case, with the value of each part.")
    var trace = false

    @Flag(help: "Say which rules and conditions no case comes to.")
    var coverage = false

    @Flag(help: "Say which small faults in the policy no case finds out.")
    var mutants = false

    @Option(help: "Write cases that find these faults out to this file; - is standard output. Does what --mutants does.")
    var suggest: String?

    @Flag(help: "Let --suggest write over a file that is there.")
    var overwrite = false

    @OptionGroup var options: SettingsOptions

    func validate() throws {
        if !chosen.isEmpty, coverage || mutants || suggest != nil {
            throw ValidationError("--coverage, --mutants and --suggest are about all cases: leave out --case.")
        }
        if overwrite, suggest == nil { throw ValidationError("--overwrite is for the file of --suggest.") }
        if suggest == "-", options.json {
            throw ValidationError("The cases are in the JSON too: leave out --json, or name a file for --suggest.")
        }
    }

    func perform(_ settings: Settings) async throws {
        let policyFile = try PolicyFile(file)
        let policy = try policyFile.policy()
        let caseFile = try PolicyFile(cases ?? policyFile.pathOfCases)
        let suite = try PolicyTestSuite.load(caseFile.text, file: caseFile.path)
        let target = try suggest.map { try SuggestedCases($0, overwrites: overwrite, policy: policyFile, cases: caseFile) }
        let results = try selected(suite).map { $0.run(on: policy) }
        let failed = results.filter { !$0.passed }
        let covered = coverage ? suite.coverage(on: policy) : nil
        // Of a policy whose cases fail as it is, they would all be found out.
        let report = (mutants || target != nil) && failed.isEmpty ? MutationReport(policy, cases: suite) : nil
        let suggested = target == nil ? nil : report.map { BoundaryCases($0, of: policy, beside: suite) }
        if let target, let suggested { try target.write(suggested) }
        let words = try AuthorWords(settings.language, policy: policy)
        if settings.json {
            for result in results { Output.line(CaseReport(result, isTraced: trace && isNamed(result), in: words).json) }
            Output.line(
                .members([
                    "passed": JSONValue(results.count - failed.count), "failed": JSONValue(failed.count),
                    "covered": covered.map { JSONValue($0.covered) }, "coverable": covered.map { JSONValue($0.total) },
                    "gaps": covered.map { JSONValue($0.gaps.map(\.description)) },
                    "mutants": report.map { JSONValue($0.fates.count) },
                    "survivors": try report.map { report in
                        JSONValue.array(try report.survivors.map { try $0.comparison.json(of: $0.mutant) })
                    },
                    "suggestions": suggested?.json,
                    "withoutSuggestion": suggested.map { JSONValue($0.open.map(\.description)) },
                ]))
        } else if let target, target.takesStandardOutput {
            for result in results where !result.passed {
                for line in CaseReport(result, isTraced: trace, in: words).lines { Terminal.print(error: line) }
            }
            for line in suggested.map(target.lines) ?? [] { Terminal.print(error: line) }
        } else {
            for result in results where !result.passed || trace && isNamed(result) {
                Output.lines(CaseReport(result, isTraced: trace, in: words).lines)
            }
            Output.line(
                words.say(.testSummary, ["passed": String(results.count - failed.count), "failed": String(failed.count)]))
            if let covered {
                for gap in covered.gaps { Output.line(words.sentence(gap)) }
                Output.line(words.say(.coverage, ["covered": String(covered.covered), "total": String(covered.total)]))
            }
            if let report {
                for (mutant, comparison) in report.survivors {
                    Output.line("not found out: \(mutant)")
                    if let witness = comparison.witnesses.first ?? comparison.reasons {
                        Output.line(
                            "    a case where \(witness.words.joined(separator: ", and ")) would: the policy says "
                                + "\(witness.old.summary), with the fault \(witness.new.summary)")
                    }
                }
                if let target, let suggested { Output.lines(target.lines(suggested)) }
                Output.line(
                    "\(report.fates.count - report.survivors.count) of \(report.fates.count.of("fault")) are found out, or change nothing"
                )
            }
        }
        guard failed.isEmpty else {
            throw DevshareError(.policyTestsFailed, "\(failed.count.of("case")) of \(caseFile.path) failed")
        }
        if let covered, !covered.gaps.isEmpty {
            throw DevshareError(.policyTestsFailed, "\(covered.gaps.count.of("gap")) in what the cases cover")
        }
        if let report, !report.survivors.isEmpty {
            throw DevshareError(.policyTestsFailed, "\(report.survivors.count.of("fault")) that no case finds out")
        }
    }

    private func isNamed(_ result: CaseResult) -> Bool { chosen.contains(result.testCase.id) }

    /// The cases that are to be run.
    private func selected(_ suite: PolicyTestSuite) throws -> [PolicyTestCase] {
        guard !chosen.isEmpty else { return suite.cases }
        let known = suite.cases.map(\.id)
        for id in chosen where !known.contains(id) {
            throw ValidationError("There is no case '\(id)'. \(MappingReader.suggestion(for: id, among: known))")
        }
        return suite.cases.filter { chosen.contains($0.id) }
    }
}

extension PolicyComparison {
    fileprivate func json(of mutant: PolicyMutant) throws -> JSONValue {
        let witness = witnesses.first ?? reasons
        return .members([
            "kind": .string(mutant.kind.rawValue), "subject": .string(mutant.subject), "before": .string(mutant.before),
            "after": .string(mutant.after), "words": witness.map { JSONValue($0.words) },
            "facts": try witness.map { try $0.facts.json() }, "outcome": witness.map { .string($0.old.outcome.rawValue) },
        ])
    }
}

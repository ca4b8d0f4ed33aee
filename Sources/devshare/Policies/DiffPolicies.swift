import ArgumentParser
import Canonical
import EligibilityPolicy
import Foundation
import PolicyProof

/// `devshare policy diff`.
struct DiffPolicies: Verb {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Proves how what two policies decide differs, shows facts for it, and says in words what changed.",
        discussion: """
            The first line is the verdict on what the new policy decides, over all requests: equal, stricter, looser, both, or \
            undecided where an expression is outside of what is understood. Stricter is, in this order: approval, review by one \
            officer, review by two, rejection. Reasons do not count: where only these differ, the verdict is equal, and that is said.

              devshare policy diff Policies/device-sharing.yaml candidate.yaml
              devshare policy diff --no-looser Policies/device-sharing.yaml candidate.yaml

            Exit status 0 whether or not they differ. With --no-looser it is 1 unless it is proved that no request has a looser \
            outcome; with --equal, unless it is proved that every request has the same outcome.

            --smtlib FILE writes the question besides, for a solver that others made:

              devshare policy diff --smtlib question.smt2 Policies/device-sharing.yaml candidate.yaml
              z3 question.smt2

            \(ExitStatus.help)
            """)

    @Argument(help: "The old policy file.")
    var old: String

    @Argument(help: "The new policy file.")
    var new: String

    @Flag(help: "Exit with 1 unless it is proved that the new policy is nowhere looser.")
    var noLooser = false

    @Flag(help: "Exit with 1 unless it is proved that all outcomes are the same.")
    var equal = false

    @Option(help: "Write the question to this file, in SMT-LIB 2, for a solver such as z3 or cvc5.", completion: .file())
    var smtlib: String?

    @Flag(help: "Let --smtlib write over a file that is there.")
    var overwrite = false

    @OptionGroup var options: SettingsOptions

    func validate() throws {
        if overwrite, smtlib == nil { throw ValidationError("--overwrite is for the file of --smtlib.") }
    }

    func perform(_ settings: Settings) async throws {
        let (before, after) = (try PolicyFile(old).policy(), try PolicyFile(new).policy())
        if let smtlib { try write(SMTScript(old: before, new: after), to: smtlib) }
        let comparison = PolicyComparison(old: before, new: after)
        let changes = PolicyDiff.changes(before, after)
        if settings.json {
            Output.line(try comparison.json(changes))
        } else {
            try show(comparison, changes, in: AuthorWords(settings.language, policy: after))
        }
        if noLooser, comparison.findings[.looser] != .excluded { throw ExitStatus.refused.code }
        if equal, comparison.verdict != .equal { throw ExitStatus.refused.code }
    }

    /// Throws `file-exists` where the file is there and is not to be overwritten, `file-unreadable` and `output-failed`.
    private func write(_ script: SMTScript, to path: String) throws {
        func place(_ path: String) -> URL { URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL }
        for read in [old, new] where place(path) == place(read) {
            throw ValidationError("--smtlib would overwrite \(read), which is read: name another file.")
        }
        guard overwrite || !FileManager.default.fileExists(atPath: path) else {
            throw DevshareError(.fileExists, "\(path) is there already", advice: "Name another file, or give --overwrite.")
        }
        let output = try OutputFile(path)
        do {
            try output.write(Array(script.text.utf8))
            try output.close()
        } catch {
            output.abandon()
            throw error
        }
    }

    private func show(_ comparison: PolicyComparison, _ changes: [PolicyChange], in words: AuthorWords) throws {
        let sentence = words.sentence(comparison)
        Output.line(words.say(.verdict, ["verdict": comparison.verdict.rawValue, "sentence": sentence]))
        for obstacle in comparison.obstacles { Output.line("    " + words.say(.since, ["obstacle": obstacle])) }
        if changes.isEmpty {
            Output.line(words.say(.samePolicies))
        } else {
            Output.line()
            for change in changes { Output.lines(words.lines(change)) }
        }
        for witness in comparison.witnesses + (comparison.reasons.map { [$0] } ?? []) {
            Output.line()
            Output.line(words.say(.where, ["facts": witness.words.joined(separator: ", and ")]))
            let decisions = ["old": words.summary(witness.old), "new": words.summary(witness.new)]
            Output.line("    " + words.say(.bothDecisions, decisions))
            Output.line()
            Output.line(words.say(.factsOfThat))
            for line in try witness.facts.json().indentedLines { Output.line("  " + line) }
        }
    }
}

extension PolicyComparison {
    fileprivate func json(_ changes: [PolicyChange]) throws -> JSONValue {
        var directions = JSONObject()
        for direction in Direction.allCases {
            directions[direction.rawValue] = .string((findings[direction] ?? .undecided).rawValue)
        }
        var list: [JSONValue] = []
        for witness in witnesses { list.append(try witness.json()) }
        return .members([
            "verdict": .string(verdict.rawValue),
            "directions": .object(directions),
            "witnesses": .array(list),
            "reasons": try reasons?.json(),
            "undecidedBecause": JSONValue(obstacles),
            "changes": .array(
                changes.map { change in
                    [
                        "kind": .string(change.kind.rawValue), "subject": .string(change.subject),
                        "details": JSONValue(change.details.map(\.description)),
                    ]
                }),
        ])
    }
}

extension PolicyComparison.Witness {
    fileprivate func json() throws -> JSONValue {
        .members([
            "direction": direction.map { .string($0.rawValue) },
            "words": JSONValue(words),
            "facts": try facts.json(),
            "old": old.report(withFailures: true),
            "new": new.report(withFailures: true),
        ])
    }
}

extension Decision {
    /// The outcome, with the rules that led to it.
    var summary: String {
        let outcome = approvalsRequired > 1 ? "\(outcome.rawValue) by \(approvalsRequired) officers" : outcome.rawValue
        return reasons.isEmpty ? outcome : "\(outcome) (\(reasons.map(\.rule.rawValue).joined(separator: ", ")))"
    }
}

extension Facts {
    /// As decisions record them.
    func json() throws -> JSONValue {
        var writer = CanonicalJSONWriter()
        write(to: &writer)
        return try JSONValue(parsing: writer.bytes)
    }
}

import ArgumentParser
import Canonical
import EligibilityPolicy

/// `devshare policy diff`.
struct DiffPolicies: Verb {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Says in words how two policies differ, and finds facts on which they decide differently.",
        discussion: """
              devshare policy diff Policies/device-sharing.yaml candidate.yaml

            Exit status 0 whether or not they differ.

            \(ExitStatus.help)
            """)

    @Argument(help: "The old policy file.")
    var old: String

    @Argument(help: "The new policy file.")
    var new: String

    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        let diff = PolicyDiff(old: try PolicyFile(old).policy(), new: try PolicyFile(new).policy())
        if settings.json { return Output.line(try diff.json()) }
        for change in diff.changes { Output.lines(change.lines) }
        if diff.changes.isEmpty { Output.line("the policies say the same") }
        guard let witness = diff.witness else {
            if !diff.changes.isEmpty { Output.lines(["", "no facts were found on which they decide differently"]) }
            return
        }
        Output.line()
        Output.line("On these facts the old policy says \(witness.old.summary), and the new one \(witness.new.summary):")
        for line in try witness.facts.json().indentedLines { Output.line("  " + line) }
    }
}

extension Decision {
    /// The outcome, with the rules that led to it.
    var summary: String {
        reasons.isEmpty ? outcome.rawValue : "\(outcome.rawValue) (\(reasons.map(\.rule.rawValue).joined(separator: ", ")))"
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

extension PolicyDiff {
    fileprivate func json() throws -> JSONValue {
        .members([
            "changes": .array(
                changes.map { change in
                    [
                        "kind": .string(change.kind.rawValue), "subject": .string(change.subject),
                        "details": JSONValue(change.details.map(\.description)),
                    ]
                }),
            "witness": try witness.map { witness in
                [
                    "facts": try witness.facts.json(), "old": witness.old.report(withFailures: true),
                    "new": witness.new.report(withFailures: true),
                ]
            },
        ])
    }
}

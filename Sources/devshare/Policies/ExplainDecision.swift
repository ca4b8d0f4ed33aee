import ArgumentParser
import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine
import SharingLog

/// `devshare policy explain`.
struct ExplainDecision: Verb {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Shows how a policy came to a decision: every rule with the value of each part of its expression.",
        discussion: """
            Of a request: the latest decision, on the recorded facts, under the policy that made it. Of a file of facts (YAML or \
            JSON, as in the cases of a policy): under --policy, or the policy in force.

              devshare policy explain 01a0df1e-aeb8-7a3e-81e0-55de83d4f975
              devshare policy explain 01a0df1e-aeb8-7a3e-81e0-55de83d4f975 --policy candidate.yaml
              devshare policy explain --facts facts.yaml --policy candidate.yaml

            \(ExitStatus.help)
            """)

    @Argument(help: "The request: a UUID, as `devshare request list` shows it.")
    var request: ShareRequestID?

    @Option(help: "A file of facts instead of a request.")
    var facts: String?

    @Option(help: "The policy file. (default: the policy that decided, or with --facts the one in force)")
    var policy: String?

    @OptionGroup var options: SettingsOptions

    func validate() throws {
        guard (request == nil) != (facts == nil) else { throw ValidationError("Name a request, or --facts FILE.") }
    }

    func perform(_ settings: Settings) async throws {
        let named = try policy.map { try PolicyFile($0).policy() }
        let (facts, policy) = try await subject(settings, named)
        let explanation = policy.explain(facts)
        let author = try AuthorWords(settings.language, policy: policy)
        let words = author.words
        if settings.json {
            return Output.line(
                .members([
                    "explanation": explanation.json,
                    "sentences": .array(explanation.decision.reasons.map { .string(words.message(StatedReason($0))) }),
                ]))
        }
        let outcome = Terminal.styled(words.name(explanation.decision.outcome), .bold)
        Output.line(author.say(.explainedBy, ["outcome": outcome, "policy": "\(policy.name) \(policy.version)"]))
        for rule in explanation.rules {
            Output.line()
            let heading = author.heading(of: rule)
            Output.line(Terminal.styled(String(heading.prefix(1)), rule.ruling.passed ? .green : .red) + heading.dropFirst())
            if let reason = author.reason(of: rule) { Output.lines("  \(reason)".wrapped(to: Terminal.width, indent: "  ")) }
            if let failure = author.failure(of: rule) { Output.line("  " + failure) }
            for step in author.steps(of: rule) { Output.line(Terminal.styled(step.text, step.isFailure ? .red : .dim)) }
        }
        if let first = Audience.portal.reasons(of: explanation.decision).first {
            Output.line()
            Output.lines(
                author.say(.clientReads, ["message": words.message(first), "advice": words.advice(first)])
                    .wrapped(to: Terminal.width))
        }
    }

    private func subject(_ settings: Settings, _ named: Policy?) async throws -> (Facts, Policy) {
        if let facts {
            let file = try PolicyFile(facts)
            let loaded = try Facts.load(file.text, file: facts)
            if let named { return (loaded, named) }
            return try await withEngine(settings) { engine in
                guard let active = engine.activePolicy else { throw EngineError(.noActivePolicy) }
                return (loaded, active)
            }
        }
        guard let request else { throw ValidationError("Name a request, or --facts FILE.") }
        return try await withEngine(settings) { engine in
            guard let record = try await engine.shareRequest(request).decision else {
                throw DevshareError(.noDecision, "no policy has decided on \(request)")
            }
            let digest = try record.decision().policy
            let recorded = try await engine.log.policyArchive()
            guard let policy = try named ?? recorded.policy(digest) else {
                throw DevshareError(.noDecision, "the log does not hold the policy \(digest), which decided on \(request)")
            }
            return (try record.facts(), policy)
        }
    }
}

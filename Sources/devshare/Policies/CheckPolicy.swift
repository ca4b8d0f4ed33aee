import ArgumentParser
import Canonical
import EligibilityPolicy
import Foundation
import PolicyProof

/// `devshare policy check`.
struct CheckPolicy: Verb {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Reads a policy file and says everything that is wrong with it.",
        discussion: """
            Each problem is a line: file:line:column: what is wrong, and what to do. Needs no database.

              devshare policy check
              devshare policy check --strict candidate.yaml

            Of a file that can be used, it also says what its author hardly means: that no request can pass, that a rule cannot \
            fail or never decides, that two rules require the same, that nothing uses a name, that the time of a condition has \
            passed. Such a line begins with "warning". Each is proved; of what could not be found out, nothing is said. Warnings do \
            not change the exit status; with --strict there is 1 for them.

            Invariants are what no policy may do, such as to let a request through without the owner's consent. Each that the policy \
            does not keep is a warning as well, with a request that shows it.

            \(ExitStatus.help)
            """)

    @Argument(help: "The policy file.")
    var file = PolicyFile.usual

    @Option(help: "The file of what no policy may do. (default: invariants.yaml beside the policy, or in Policies)")
    var invariants: String?

    @Flag(help: "Exit with 1 where there is a warning.")
    var strict = false

    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        let policy = try PolicyFile(file).policy()
        let findings = PolicyFinding.all(in: policy, today: .now)
        let proofs =
            try invariantFile().map { try Invariant.load($0.text, file: $0.path) }?.map { InvariantProof($0, of: policy) } ?? []
        let broken = proofs.filter(\.isOpen)
        let words = try AuthorWords(settings.language, policy: policy)
        if settings.json {
            Output.line([
                "name": .string(policy.name), "version": .string(policy.version), "digest": .string(policy.digest.description),
                "rules": JSONValue(policy.rules.count), "deviceKinds": JSONValue(policy.catalog.kinds.count),
                "warnings": .array(
                    findings.map { finding in
                        [
                            "kind": .string(finding.kind.rawValue), "subject": .string(finding.subject),
                            "others": JSONValue(finding.others), "message": .string(words.message(finding)),
                        ]
                    }),
                "invariants": .array(try proofs.map { try $0.json() }),
            ])
        } else {
            let (rules, kinds) = (policy.rules.count, policy.catalog.kinds.count)
            let isEnglish = settings.language == .english
            Output.line(
                words.say(
                    .good,
                    [
                        "file": file, "policy": "\(policy.name) \(policy.version)",
                        "rules": isEnglish ? rules.of("rule") : String(rules),
                        "kinds": isEnglish ? "\(kinds.of("kind")) of device" : String(kinds),
                    ]))
            Output.line(words.say(.digest, ["digest": policy.digest.description]))
            for message in findings.map(words.message) + broken.compactMap(words.message) {
                Output.line(words.say(.warning, ["message": message]))
            }
        }
        if strict, !findings.isEmpty || !broken.isEmpty { throw ExitStatus.refused.code }
    }

    /// Nil where none is named and none is in a usual place.
    private func invariantFile() throws -> PolicyFile? {
        if let invariants { return try PolicyFile(invariants) }
        let beside = URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent("invariants.yaml").path
        for path in [beside, "Policies/invariants.yaml"] where FileManager.default.fileExists(atPath: path) {
            return try PolicyFile(path)
        }
        return nil
    }
}

extension InvariantProof {
    fileprivate var isOpen: Bool {
        switch result {
        case .kept: false
        case .broken, .undecided: true
        }
    }

    fileprivate func json() throws -> JSONValue {
        switch result {
        case .kept: ["id": .string(invariant.id), "result": "kept"]
        case .undecided: ["id": .string(invariant.id), "result": "undecided"]
        case .broken(let facts, let decision, let words):
            [
                "id": .string(invariant.id), "result": "broken", "facts": try facts.json(), "words": JSONValue(words),
                "decision": decision.report(withFailures: true),
            ]
        }
    }
}

import TestSupport
import Testing

@testable import EligibilityPolicy

/// Whatever stands in a file of a policy author, it is read or refused; nothing ends the process. The checker, the tests of a
/// policy and the comparison of two are all tried, since a server follows such files and its console takes their text.
@Suite("Generated policy files")
struct PolicyFuzzTests {
    @Test("with random conditions are checked, decide, and are compared")
    func conditions() async throws {
        var before = try Files.defaultPolicy()
        let suite = try PolicyTestSuite.load(Files.policyText("device-sharing.tests.yaml"), file: "cases")
        var read = 0
        await FuzzRun("policy-conditions").each { random in
            var generator = PolicyGenerator(random: random)
            let text = generator.policy()
            _ = try? Policy.load(text, file: "generated")
            // More are read as recorded ones: a random comparison is seldom one that an author could mean.
            guard let policy = try? Policy.loadRecorded(text, file: "generated") else { return }
            read += 1
            exercise(policy, suite, beside: before)
            before = policy
        }
        // Otherwise the run would show little.
        #expect(read > FuzzRun.usual / 10)
    }

    @Test("made of the bundled one by random changes are checked, decide, and are compared")
    func mutants() async throws {
        let bundled = try Files.defaultPolicy()
        let text = try Files.policyText("device-sharing.yaml")
        let suite = try PolicyTestSuite.load(Files.policyText("device-sharing.tests.yaml"), file: "cases")
        var read = 0
        await FuzzRun("policy-texts").each { random in
            var mutator = TextMutator(random: random, fragments: Self.fragments)
            let mutant = mutator.mutate(text)
            _ = try? PolicyFormatter.format(mutant, file: "mutant")
            _ = try? Policy.load(mutant, file: "mutant")
            guard let policy = try? Policy.loadRecorded(mutant, file: "mutant") else { return }
            read += 1
            exercise(policy, suite, beside: bundled)
        }
        #expect(read > FuzzRun.usual / 40)
    }

    @Test("of cases and of facts are read or refused")
    func casesAndFacts() async throws {
        let policy = try Files.defaultPolicy()
        let text = try Files.policyText("device-sharing.tests.yaml")
        let facts = """
            requester: {id: a, entity: E, entityKind: individual, registeredAt: 2024-03-01T09:00:00Z, devices: []}
            owner:
              id: b
              entity: E
              entityKind: individual
              registeredAt: 2021-06-15T09:00:00Z
              devices: [{id: DSC-7, kind: dsc-plus, activatedAt: 2023-01-10T09:00:00Z}]
            device: DSC-7
            sharedWith: 0
            identity: {dateOfBirth: match, citizenship: match, residence: match, document: match, socialSecurityNumber: missing}
            consent: {method: device-challenge, givenAt: 2026-05-04T10:00:00Z, reference: C-1}
            submittedAt: 2026-05-04T10:05:00Z
            decidedAt: 2026-05-04T10:05:00Z
            """
        await FuzzRun("policy-cases").each { random in
            var mutator = TextMutator(random: random, fragments: Self.fragments)
            if let suite = try? PolicyTestSuite.load(mutator.mutate(text, changes: 8), file: "mutant") {
                _ = suite.run(on: policy)
            }
            if let facts = try? Facts.load(mutator.mutate(facts), file: "mutant") {
                _ = policy.explain(facts)
                _ = policy.evaluate(facts)
            }
        }
    }

    private static let fragments = [
        "&&", "||", "!", "! ", "==", "in", "?", "duration('168h')", "timestamp('2027-01-01T00:00:00Z')", "device.sharedWith == 1",
        "9223372036854775807", "require:", "!!str", "!not", "&a", "*a", "<<: ", "|", ">-", "- id: x", "reject", "review",
        ".exists(e, e == 'x')", "getHours('HKT')", "/ 0", "int(", "size(", "{en: X}", "24h", "-1h", "999999999999h",
    ]

    /// All that is done with a policy once it is read.
    private func exercise(_ policy: Policy, _ suite: PolicyTestSuite, beside other: Policy) {
        var sampler = FactsSampler(seed: 1, policies: [policy])
        for _ in 0..<3 { _ = policy.evaluate(sampler.next()) }
        _ = policy.explain(sampler.next())
        _ = suite.run(on: policy)
        _ = suite.coverage(on: policy)
        _ = PolicyDiff.changes(other, policy)
    }
}

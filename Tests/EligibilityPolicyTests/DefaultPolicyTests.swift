import EligibilityPolicy
import Testing

@Suite("The default policy")
struct DefaultPolicyTests {
    @Test("passes its own cases")
    func cases() throws {
        let policy = try Files.defaultPolicy()
        let suite = try PolicyTestSuite.load(Files.policyText("device-sharing.tests.yaml"), file: "device-sharing.tests.yaml")
        #expect(suite.cases.count >= 30)
        for result in suite.run(on: policy) { #expect(result.passed, "\(result)") }
    }

    @Test("has cases for both outcomes of every rule and both values of every condition")
    func coverage() throws {
        let policy = try Files.defaultPolicy()
        let suite = try PolicyTestSuite.load(Files.policyText("device-sharing.tests.yaml"), file: "device-sharing.tests.yaml")
        let coverage = suite.coverage(on: policy)
        #expect(coverage.gaps.isEmpty, "\(coverage.gaps.map(\.description).joined(separator: "\n"))")
        #expect(coverage.total > policy.rules.count * 2)
    }

    @Test("is in the usual form, as its cases are", arguments: ["device-sharing.yaml", "device-sharing.tests.yaml"])
    func format(file: String) throws {
        let text = try Files.policyText(file)
        #expect(try PolicyFormatter.format(text, file: file) == text)
    }

    @Test("says what it holds")
    func content() throws {
        let policy = try Files.defaultPolicy()
        #expect(policy.name == "device-sharing")
        #expect(policy.pending.expiry == .seconds(120 * 3_600))
        #expect(policy.pending.escalation == .seconds(48 * 3_600))
        #expect(policy.catalog["dsc-plus"]?.level == policy.catalog.kinds.map(\.level).max())
        #expect(policy.catalog["sls-card"]?.level == policy.catalog.kinds.filter(\.isPhysical).map(\.level).min())
        #expect(policy.catalog["ib-key"]?.isShareable == false)
        #expect(policy.catalog.kinds.filter(\.isTemporary).map(\.id) == ["temporary-code", "online-code-card"])
        #expect(policy.rules.map(\.id.rawValue).prefix(2) == ["owner-consent-given", "owner-consent-fresh"])
        #expect(policy.rejectionReasons.map(\.id.rawValue).contains("suspected-fraud"))
        #expect(policy.digest.description.count == 64)
    }

    @Test("notices when its cases are wrong: the difference, the rulings and the values are shown")
    func failingCase() throws {
        let policy = try Files.defaultPolicy()
        let text = try Files.policyText("device-sharing.tests.yaml")
            .replacing("expect: review\n    failing: [no-organization-across-entities]", with: "expect: approve")
        let failed = try PolicyTestSuite.load(text, file: "cases").run(on: policy).filter { !$0.passed }
        #expect(failed.map(\.testCase.id) == ["owner-is-an-organization-of-another-entity"])
        let shown = try #require(failed.first?.description)
        #expect(shown.contains("expected approve, got review"))
        #expect(shown.contains("expected failing rules: none; got: no-organization-across-entities"))
        #expect(shown.contains("owner.entityKind is \"organization\""))
        #expect(shown.contains("passed  owner-consent-given"))
    }
}

import EligibilityPolicy
import Foundation
import TestSupport
import Testing

@Suite("The cases beside a policy")
struct PolicyTestSuiteTests {
    private static func file() throws -> String { try Files.policyText("device-sharing.tests.yaml") }

    @Test("that are wrong are refused with everything that is wrong and its place")
    func problems() throws {
        let text = """
            facts:
              requester: {id: r, entity: E-1, entityKind: individual, registeredAt: 2024-03-01T09:00:00Z, devices: []}
              owner: {id: o, entity: E-1, entityKind: individual, registeredAt: 2024-03-01T09:00:00Z, devices: []}
              device: D
              sharedWith: 0
              identity: {dateOfBirth: match, citizenship: match, residence: match, document: match, socialSecurityNumber: match}
              submittedAt: 2026-05-04T10:05:00Z
              decidedAt: 2026-05-04T10:05:00Z
            cases:
              - id: misspelt
                with: {requester: {entitty: E-2}}
                expect: approve
              - id: wrong-values
                with:
                  submittedAt: yesterday
                  identity: {document: matches}
                expect: approved
              - id: misspelt
                expect: reject
              - id: approved-and-failing
                expect: approve
                failing: [{rule: a-rule, error: identity-mismatched, parameters: {a: {b: c}}}]
            """
        let error = try #require(throws: PolicyError.self) { try PolicyTestSuite.load(text, file: "t.yaml") }
        #expect(error.code == .testsInvalid)
        #expect(
            error.problems.map { "\($0.line):\($0.column): \($0.message)" } == [
                "11:24: a participant has no key 'entitty'",
                "15:20: 'yesterday' is not a moment",
                "16:28: 'document' must be match or mismatch or missing",
                "17:13: 'expect' must be approve or review or reject",
                "18:9: the case 'misspelt' stands in line 10 already",
                "19:13: a case that is not approved must say which rules fail",
                "22:14: where a rule fails, nothing is approved",
                "22:37: 'identity-mismatched' is not a value of 'error'",
                "22:74: the parameter 'a' must be a text, a whole number or a list of texts",
            ])
    }

    @Test("leave gaps in the coverage where a case is missing, each named")
    func gaps() throws {
        let policy = try Files.defaultPolicy()
        let without = try Self.file()
            .replacing(
                "with: {owner: {entity: E-2002, entityKind: organization}}",
                with: "with: {requester: {entity: E-2002, entityKind: organization}}")
        let coverage = try PolicyTestSuite.load(without, file: "t.yaml").coverage(on: policy)
        #expect(
            coverage.gaps.map(\.description) == [
                "no-organization-across-entities: no case in which 'owner.entityKind == \"individual\"' is false"
            ])
        #expect(coverage.covered == coverage.total - 1)
    }

    @Test("cover nothing of a rule whose outcome is always the same")
    func oneSided() throws {
        let policy = try ExamplePolicy.load(rules: [
            ExamplePolicy.rule("rule", "requester.entity == owner.entity ? device.sharedWith < 9 : device.shareable")
        ])
        let facts = try Self.file().components(separatedBy: "cases:\n")[0]
        let suite = try PolicyTestSuite.load(facts + "cases:\n  - {id: one, expect: approve}\n", file: "t.yaml")
        #expect(suite.run(on: policy).map(\.passed) == [true])
        #expect(
            suite.coverage(on: policy).gaps.map(\.description) == [
                "rule: no case in which it fails", "rule: no case in which 'requester.entity == owner.entity' is false",
            ])
    }

    @Test("fail where a parameter, an error or the number of approvals is another")
    func differences() throws {
        let policy = try Files.defaultPolicy()
        let text = try Self.file()
            .replacing("maximumAgeMinutes: 15", with: "maximumAgeMinutes: 20")
            .replacing("error: device-widely-shared", with: "error: organization-involved")
            .replacing(
                "failing: [identity-complete, device-not-widely-shared, requester-seasoned]\n    approvals: 1",
                with: "failing: [identity-complete, device-not-widely-shared, requester-seasoned]\n    approvals: 2")
        let differences = try PolicyTestSuite.load(text, file: "t.yaml").run(on: policy).flatMap(\.differences)
        #expect(
            differences == [
                "owner-consent-fresh: expected maximumAgeMinutes 20, got 15",
                "device-not-widely-shared: expected the error organization-involved, got device-widely-shared",
                "expected 2 approvals, got 1",
            ])
    }
}
